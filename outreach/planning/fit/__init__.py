"""Fit: why to go there, what a fit rests on, and how much each reason counts."""
