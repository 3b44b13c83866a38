"""Parts that the three faces share: the token check, headers of acts, entity tags, limits, the one table of errors.

This room reads requests and describes errors. It decides nothing and asks the record nothing but if it is ready.
"""
