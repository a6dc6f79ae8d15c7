"""The real engines of the tests: how they are built, started, broken and cleared away."""
