"""Plays: scenarios of the catalogue, carried through a running server from outside, as any other client would.

A play knows the service by its HTTP faces alone. It imports settings, the directory and tokens, and nothing that acts.
"""
