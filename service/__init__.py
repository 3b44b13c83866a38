"""The only place with a clock, sockets and an environment: it carries acts to the domain and answers out again.

It may import every other layer; no other layer may import it.
"""
