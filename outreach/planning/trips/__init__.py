"""Trips: offered for events that are near each other, with people's nights and shared costs."""
