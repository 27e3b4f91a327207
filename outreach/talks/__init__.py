"""Talks: the library of texts, proposals to events with their states, slots."""
