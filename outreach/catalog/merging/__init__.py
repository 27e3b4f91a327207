"""Two rows that are one event: found, offered, merged."""
