"""Notes that staff and leads leave each other on an event."""
