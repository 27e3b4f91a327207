"""What runs beside the pages: the loop, mail, the server."""
