"""Settings of the production server: gunicorn reads them from this module's names."""

import gc
import os

worker_class = "gthread"
threads = 4
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
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
