"""Folds from the events of a case to answers: its resources, responsibility, timeline and worklist.

There is one fold for each question, and no fold reads another. They may import fhir_profiles and the domain. They are
pure: they decide nothing, store nothing and read no clock. An act in its transaction, `kvittens rebuild` and replay use
the same folds, so the three always agree.
"""
