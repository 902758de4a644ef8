"""The window. It decides nothing."""
