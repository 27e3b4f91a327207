"""Volunteers: personal links, how they are reached, two rows that are one person."""
