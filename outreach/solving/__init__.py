"""Searches for what is best: the solver, and the worker's hold on what it searches for."""
