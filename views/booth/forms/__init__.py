"""Forms of a booth's pages, checked field by field before a rule sees them."""
