"""Measures how fast the pages are and how good the matches."""
