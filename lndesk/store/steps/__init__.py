"""The steps by which the shape of a site's file grew, a module for each of its grounds."""
