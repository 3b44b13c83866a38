"""The FHIR R4 face: each interaction of the RESTful API in a file of its own, over the same use cases as the JSON face.

A handler authenticates nobody and decides nothing: who asks is settled before it, and the domain decides behind it.
"""
