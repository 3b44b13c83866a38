"""The record: the event store, the read models folded from it, and their rebuild.

This room writes events and read models in one transaction, and reads events. It decides nothing, and it answers no
question about a case: the room of reads does that.
"""
