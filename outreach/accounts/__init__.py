"""Who somebody is and what they may do: sign-in, passwords, roles, limits on guessing, audit."""
