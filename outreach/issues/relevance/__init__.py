"""Which community segments an issue concerns, and because of which of its words."""
