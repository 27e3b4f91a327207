"""Pages that plan: season, fit, events, segments, people, issues."""
