"""Decisions about events, and the states that follow from them."""
