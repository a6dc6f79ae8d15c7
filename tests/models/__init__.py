"""Tests of records and pure functions."""
