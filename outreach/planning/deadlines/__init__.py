"""What events wait for, and by when: one home for boards, pages, calendars and letters."""
