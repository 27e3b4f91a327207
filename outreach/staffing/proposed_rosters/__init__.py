"""Proposed rosters: the problem, its solution, why it is so, and its use."""
