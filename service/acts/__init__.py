"""The acts: from a request to the record, on cases and on ledgers.

This room loads the state, lets the domain decide, and gives events, read models and the answer to the record in one
transaction. It alone tries an act again. It knows no HTTP and no FHIR.
"""
