"""How it looks: widgets, pages, item models and dialogs."""
