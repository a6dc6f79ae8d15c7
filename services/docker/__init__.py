"""Docker engines: the live connection, and what it can tell and do."""
