"""The health check of an object: what runs, what it said, and a run of one's own."""
