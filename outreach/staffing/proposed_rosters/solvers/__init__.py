"""Solvers of rosters: greedy, ruin and recreate, and the proof by HiGHS."""
