"""The page of a proposed roster."""
