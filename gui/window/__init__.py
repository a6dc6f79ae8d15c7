"""The window: rail, sidebar, pages, dock, and what lies over them."""
