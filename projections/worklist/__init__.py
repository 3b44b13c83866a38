"""Answers what each party is to do in a case: a module a part of the case, and their limits in items."""
