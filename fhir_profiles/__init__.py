"""Speaks FHIR R4 (4.0.1): renders the domain's state, reads what clients send. No I/O, no clock, no directory look-ups.

Rendering is a pure function of folded state, so that a rebuild gives identical bytes. Reading is strict: what Kvittens
does not keep is refused by name, never dropped in silence.
"""
