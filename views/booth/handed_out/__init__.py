"""Pages of a booth for elsewhere: on paper at the desk, or within another site."""
