"""The commands of `kvittens`, one module each: read the settings, do one thing, say what came of it."""
