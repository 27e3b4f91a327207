"""Rows in, stored matches out: reads the evidence and keeps what the engine says."""
