"""A made-up record with years and thousands of cases in it, grown by the service's own acts.

This room tells whole lives on the demonstration's clock: stories of acts, with choices drawn by chance from a seed. It
performs them through the service, like any caller, so it can record nothing that a caller could not. Only the commands
of the service know it.
"""
