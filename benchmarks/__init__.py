"""Benchmarks: one question a script; results are kept as JSON with command, versions and machine."""
