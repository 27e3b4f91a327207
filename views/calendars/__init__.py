"""Calendars to subscribe to: their answers, and the page of their addresses."""
