"""The stories of lives, a module for each kind of care and one for each matter between the parties.

A story is a generator of steps. It knows one life and the service's answers, and nothing of the service itself.
"""
