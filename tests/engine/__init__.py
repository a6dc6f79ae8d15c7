"""Tests of real Docker engines."""
