"""On the day: who came, who left, who was missed, and what that adds up to."""
