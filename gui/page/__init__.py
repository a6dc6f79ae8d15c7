"""The one generic page: header, table or state, details, and the actions of a kind."""
