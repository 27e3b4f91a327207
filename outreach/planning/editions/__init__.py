"""Editions: what the next one takes over from the last."""
