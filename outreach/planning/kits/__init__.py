"""Kits and swag: what is in them, where they are booked, how they get from event to event."""
