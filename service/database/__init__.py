"""The database: an embedded server or any other, the migrations of its schema, and the two logins to it.

This room opens the database and updates its schema. It knows no event and no read model, and it refuses a login that
could change or remove events.
"""
