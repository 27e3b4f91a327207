"""Money for journeys: the pages of staff and of who travels, with their forms."""
