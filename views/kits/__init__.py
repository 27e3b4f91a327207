"""Kits and swag: all of them by time, and the forms of one on its event's page."""
