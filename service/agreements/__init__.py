"""Answers from the agreement versions in force: their status, payers, portability, duties, and the words of rules.

This room reads versions and describes them as JSON for every face. It never interprets a text itself, because the
domain does. It records nothing: an act on a version is a change that the room of acts carries out.
"""
