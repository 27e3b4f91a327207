"""Deadlines: the board, its calendar, checklists of events, and how each person is told."""
