"""Segment and event: a score with its reasons, and the trips that events make together."""
