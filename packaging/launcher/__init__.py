"""Pilothouse: a window on your Docker engines and Kubernetes clusters."""
