"""State of a case, folded from its events; `case.py` folds the parts together."""
