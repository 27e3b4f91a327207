"""Shifts drawn together, and taken back together."""
