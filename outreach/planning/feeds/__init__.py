"""What calendars are told of events, deadlines, shifts and talks."""
