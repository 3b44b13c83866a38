"""Decides. Pure functions over immutable values: no clock, no random ids, no input or output, no FHIR.

May import the standard library, pydantic and the expression evaluator; nothing of the other rooms.
"""
