"""The example foundation: loaded from the facts under data/example, removed in one click."""
