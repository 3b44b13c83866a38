"""The event store: events appended in one order, and read by case, by aggregate and by position.

The store builds on the eventsourcing library, with a mapper (explicit topics, upcasting) and a recorder (group commit,
positions without a gap, command ids) of its own. No module outside this room imports that library. The store never
changes or removes an event, and it decides nothing.
"""
