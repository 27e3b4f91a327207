"""Forms of the office's pages, checked field by field before a rule sees them."""
