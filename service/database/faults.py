"""The exception for a database that cannot be used."""


class DatabaseUnusable(Exception):
    """A database that cannot be used as it is. The message says why and what to do, and holds no password."""
