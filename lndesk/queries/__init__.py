"""Reads: SQL into frozen rows for screens, reports and the terminal."""
