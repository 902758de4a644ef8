"""The encrypted file of a site, and all that knows a column name."""
