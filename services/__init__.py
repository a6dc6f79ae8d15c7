"""How engines and clusters are read and changed: blocking functions and generators."""
