"""Money for journeys: what people ask for, what is approved, spent and paid, against caps."""
