"""Forms that build one command and stay open while it is refused."""
