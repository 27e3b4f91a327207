"""Free ports of this machine, each worker's out of a range of its own.

Between finding a port and listening on it another worker would else be given the same one. The
ranges lie below those that systems give to connections that go out.
"""

import os
import socket
from random import Random

FIRST, EACH = 20_000, 1_000
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
_draw = Random()  # somebody else's run may be on this machine too


def find_port() -> int:
    """Return a port that nothing listens on."""
    while True:
        port = FIRST + EACH * WORKER + _draw.randrange(EACH)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
