"""Pages of talks: the library, proposals with their states, pasted tables of texts."""
