"""Asks the program beside it whether pages work: leaves with 0 or 1, for a container's engine."""

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

SECONDS = 8


def main() -> int:
    """Ask under a name that the program answers to."""
    hosts = [host.strip() for host in os.environ.get("TRUSTED_HOSTS", "").split(",")]
    host = hosts[0] or urlsplit(os.environ.get("BASE_URL", "")).hostname or "localhost"
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        answer = connection.getresponse()
        print(answer.read().decode(errors="replace"), end="")
    except OSError as trouble:
        print(trouble)
        return 1
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
