"""Forms of the pages that plan, checked field by field before a rule sees them."""
