"""Frozen rows into PDF bytes."""
