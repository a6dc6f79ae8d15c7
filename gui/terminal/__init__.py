"""Terminals: the screen, how it is painted, and the panes of the dock. They know neither Docker nor Kubernetes."""
