"""Issues of the trackers we watch: whom they concern and what we ask about them."""
