"""Trips: their list, the page of one, who is on it and what it costs."""
