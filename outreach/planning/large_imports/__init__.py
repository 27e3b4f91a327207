"""Imports that are too large for a request: asked for, and brought in or back by the worker."""
