"""A booth before anybody signs up: its hours, needs, drawn shifts and warnings."""
