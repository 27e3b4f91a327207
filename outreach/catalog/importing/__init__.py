"""Imports: planned, shown, carried out again and again, taken back."""
