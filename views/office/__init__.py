"""Pages of the office: accounts, the foundation, imports, trackers, the outbox."""
