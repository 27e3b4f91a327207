"""People of a foundation, and who goes where."""
