"""The run of an event: what happened, waits and comes, by day, in one ruler."""
