"""Scenarios of the catalogue, carried through a running server over HTTP, as any other client would.

A play imports nothing of the service. It knows the address, the documented acts, and the command `kvittens`.
"""
