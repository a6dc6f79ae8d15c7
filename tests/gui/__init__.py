"""Tests of the window, offscreen, over the demo."""
