"""The event: its page, what is decided and planned about it, the next edition, notes."""
