"""The plan the parties agree on (catalogue C.2); in Örebro's track 1 the medical treatment plan."""
