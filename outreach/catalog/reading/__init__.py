"""Readers: what people paste or a file holds, as facts of events."""
