"""Forms: what is typed, checked field by field before a rule sees it."""
