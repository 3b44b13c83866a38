"""The commands of `kvittens`, one module each.

A command reads the settings, does one thing with the services, and prints the result. It holds no rule of its own, and
no other room imports it.
"""
