"""The service: the only layer with a clock, sockets and an environment.

It carries requests to the domain and answers back. It may import every other layer, and no other layer may import it.
"""
