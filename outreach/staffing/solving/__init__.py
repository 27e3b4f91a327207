"""Proposed rosters: pure arithmetic from shifts, people and rules to who stands where."""
