"""Tests that the documents and the words of rules stay true to the code."""
