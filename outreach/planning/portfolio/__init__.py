"""Season portfolio: the best set of events under limits, why it is so, and what is taken over."""
