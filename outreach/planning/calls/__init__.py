"""Calls of events: entered, pasted, listed by when they close, matched with segments."""
