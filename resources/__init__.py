"""Icons, themes and other data, loaded with importlib.resources."""
