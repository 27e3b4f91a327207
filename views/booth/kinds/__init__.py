"""Kinds of shift that a booth names itself."""
