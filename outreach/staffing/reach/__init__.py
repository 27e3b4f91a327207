"""How people hear of what is done: the rule, who is reached how, and whom an act told."""
