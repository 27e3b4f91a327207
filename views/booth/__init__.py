"""Pages of a booth: shifts, roster, cover, the day, the brief."""
