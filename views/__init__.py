"""HTTP: read the request, call one rule, commit, redirect or render."""
