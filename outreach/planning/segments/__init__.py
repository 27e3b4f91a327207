"""Segments, the evidence where they gather, and the first ones of a new foundation."""
