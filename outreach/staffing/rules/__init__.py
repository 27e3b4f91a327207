"""The rules of a booth, pure: what one more slot would break, and how a slot is said."""
