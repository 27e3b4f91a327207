"""Issues at events: which ones concern the people there, and where an issue meets them."""
