"""What is said when the database cannot be used as it is."""


class DatabaseUnusable(Exception):
    """The database cannot be used as it is; the message says why, and what would help. It holds no password."""
