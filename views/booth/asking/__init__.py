"""What staff ask at sign-up, and read of the answers."""
