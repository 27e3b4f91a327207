"""The one read model: shifts with their people, and what is needed, taken and missing."""
