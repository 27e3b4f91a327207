"""The brief: one printable page for the people at the booth."""
