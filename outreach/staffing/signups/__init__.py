"""The one write path: lock, check, sign up, wait, withdraw, assign, check in, change a shift."""
