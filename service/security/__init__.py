"""Who is asking: bearer tokens that name person, unit, provider, principal and role, checked against the directory."""
