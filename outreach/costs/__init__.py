"""What a request, a trip and an event cost, as far as is known."""
