"""Calls of events: the board, the form, the paste box."""
