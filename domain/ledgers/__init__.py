"""Ledgers (huvudböcker): records that belong to the parties and to no single person."""
