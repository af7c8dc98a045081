"""Tests of the records room; `faults` makes disk operations fail, or kills the process at one."""
