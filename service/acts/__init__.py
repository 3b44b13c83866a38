"""The acts: from a request to the record, on cases and on ledgers.

This room loads the state, lets the domain decide, and gives events, read models and the answer to the record in one
transaction. It alone decides an act again, on the state that others left. It knows no HTTP and no FHIR.
"""
