"""The season: what needs somebody, the run sheet, deadlines."""
