"""Checklists of events: from templates, changed item by item, ticked with evidence."""
