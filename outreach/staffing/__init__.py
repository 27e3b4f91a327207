"""Booth staffing: shifts, sign-up, waiting list, swap, cover, rest rules, proposed rosters."""
