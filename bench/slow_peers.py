"""The benchmark of patience: a client that behaves, beside some that send slowly or nothing."""

import secrets
import socket
import time
from contextlib import ExitStack

from bench.__main__ import met, say
from bench.crowd import percentile
from bench.scratch import scratch
from bench.served import Served, start

HALF_SENT, SILENT, ASKED = 16, 40, 100
MOST_P95 = 0.5
ADDRESS = "/sign-in"


def open_slow(running: ExitStack, port: int) -> None:
    """Open connections that send half a header, half a form, or nothing."""
    form = f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nemail="
    halves = (f"GET {ADDRESS} HTTP/1.1\r\nHost: loc", form)
    for number in range(HALF_SENT + SILENT):
        client = running.enter_context(socket.create_connection(("127.0.0.1", port)))
        if number < HALF_SENT:
            client.sendall(halves[number % len(halves)].encode())


def wait_times(served: Served) -> list[float]:
    """Ask for a page over a new connection each time, as a browser that has just come does."""
    seconds = []
    for _ in range(ASKED):
        served.hang_up()
        begun = time.perf_counter()
        status, _ = served.ask(ADDRESS, signed_in=False)
        seconds.append(time.perf_counter() - begun)
        if status != 200:
            raise RuntimeError(f"{ADDRESS} answered {status}")
    return seconds


def main() -> None:
    """Measure alone and beside the slow ones, and print it."""
    say(f"\n| a page for one client, beside {HALF_SENT} half-sent requests and {SILENT} silent"
        " connections | seconds | to reach |")  # fmt: skip
    say("|---|---:|---:|")
    with scratch("slow") as urls, ExitStack() as running:
        environment = {"DATABASE_URL": urls["slow"], "SECRET_KEY": secrets.token_hex()}
        served = start("app:create_app()", environment, "/healthz")
        running.callback(served.stop)
        say(f"| alone, 95 of 100 | {percentile(wait_times(served), 0.95):.3f} | |")
        open_slow(running, served.port)
        seconds = wait_times(served)
        say(f"| beside them, the median | {percentile(seconds, 0.5):.3f} | |")
        p95 = percentile(seconds, 0.95)
        say(f"| beside them, 95 of 100 | {p95:.3f} | {met(p95, MOST_P95)} |")


if __name__ == "__main__":
    main()
