"""Places offline: towns, countries, spellings, and the place of an event."""
