"""One page a destination of the rail."""
