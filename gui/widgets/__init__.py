"""The elements that every page is made of: they paint from the theme, work with keys, and show plain text only."""
