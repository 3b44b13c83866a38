"""Answers questions: one fold a question, from the events of a case. Pure; decides nothing and stores nothing.

The same folds serve the act (in its transaction), `kvittens rebuild` and replay, so none of the three can disagree.
"""
