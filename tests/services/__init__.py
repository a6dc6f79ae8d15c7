"""Tests of services against in-process servers and the demo."""
