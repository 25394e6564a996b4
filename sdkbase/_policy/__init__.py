"""Decisions without I/O: when to retry, how long to wait, where to follow, what to hide."""
