"""Event series: which are known, and which event is an edition of which."""
