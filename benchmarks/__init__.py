"""Benchmarks: one question a script; results are JSON with command, versions and machine."""
