"""Authentication: bearer tokens that name person, unit, provider, principal and role.

This room issues tokens and checks them against the directory. It does not decide what an actor may do, because the
domain does. It never logs or repeats a token.
"""
