"""Decisions, deadlines and the season's run sheet."""
