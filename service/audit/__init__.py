"""Notes about what was tried and refused. Never what a request said."""
