"""Pages of volunteers: sign-up and what is theirs."""
