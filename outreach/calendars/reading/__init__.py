"""Calendars of others: the most hostile input there is, read in a child process with limits."""
