"""Benchmarks: `python -m tests.bench [name …]` runs every bench_*.py here and prints one line per figure."""
