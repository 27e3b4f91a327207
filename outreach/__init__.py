"""What the planner decides; nothing in here knows Flask."""
