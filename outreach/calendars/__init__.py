"""Days and times: how they are said, and how they travel as iCalendar."""
