"""The mapping between the domain and FHIR R4 (4.0.1), both ways.

These modules render the state of a case as resources, and read the resources that clients send. They may import the
domain and nothing above it. They do no I/O, read no clock and decide nothing. The same state always gives the same
bytes, so a rebuild can be compared byte by byte. An element that the record does not keep is refused by its path.
"""
