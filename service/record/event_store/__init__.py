"""The record: events appended in one order, read by case, by aggregate and by position.

Built on the eventsourcing library, with its own mapper (explicit topics, upcasting) and recorder (group commit,
positions without a gap, command ids). Nothing outside this package imports that library.
"""
