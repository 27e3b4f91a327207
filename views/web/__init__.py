"""What every page shares: request, guards, safety, errors, the base of forms."""
