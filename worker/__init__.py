"""What runs beside the pages: the loop, mail, the pulse, the server."""
