"""Settings of the production server: gunicorn reads them from this module's names."""

import gc
import os
import sys

from worker.turns import AT_ONCE

worker_class = "worker.connections.PageWorker"
threads = 2 * AT_ONCE
"""Those that read: some work, and for some it is their turn next."""
worker_connections = 500
sendfile = False
"""Files are sent as pages are: a thread does not wait for their reader."""
keepalive = 15
"""Seconds that a silent connection is kept open; it costs no thread."""
SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one on, a tenth of what is usual: who has
the turn to write gives way at every statement, and others wait for it.
"""
LOOK_AROUND = (10_000, 20, 20)
"""So many new objects, then looks, before the collector looks for circles.

By itself it looks after every 700; a long page makes tens of thousands, which all go with it.
"""
_given = os.environ.get("WEB_CONCURRENCY", "")
workers = int(_given) if _given.isdecimal() else 2
reuse_port = True
"""Every worker listens for itself, so that the kernel spreads connections among them."""
preload_app = True
"""The program is loaded once and the workers are forked off it, so that they share its memory.

It opens the database at the first request, so no connection crosses the fork.
"""
loglevel = "warning"
graceful_timeout = 10
forwarded_allow_ips = forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
"""The program itself believes the proxies that PROXY_COUNT counts; the server believes nobody."""


def when_ready(_server: object) -> None:
    """Put what is loaded out of the collector's reach: looking at it would end the sharing."""
    gc.collect()
    gc.freeze()


def post_fork(_server: object, _worker: object) -> None:
    """Set what each process sets for itself."""
    gc.set_threshold(*LOOK_AROUND)
    sys.setswitchinterval(SWITCH)
