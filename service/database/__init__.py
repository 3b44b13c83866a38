"""The database: an embedded server or any other, the migrations of its schema, and the two logins to it."""
