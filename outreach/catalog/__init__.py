"""Events from elsewhere: readers, duplicates, series and their aliases, places and time zones."""
