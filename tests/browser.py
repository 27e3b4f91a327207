"""Finds a Chromium for the journeys, or gets one.

Run as a command it makes sure that one is there: `python tests/browser.py`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",  # root has no sandbox, and continuous integration is often root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Journeys reach this machine and nothing else.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
NONE_TO_BE_HAD = (
    "No Chromium or Chrome was found, and none could be installed. Install one (Debian: apt-get"
    " install chromium), or set CHROMIUM to the path of its program."
)


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome that is installed: $CHROMIUM, PATH, Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _find_downloaded()


def _find_downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_package() -> None:
    """Take the distribution's package, which brings the libraries it needs."""
    _install("chromium")


def _install(package: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    _attempt(["apt-get", "update", "-qq"], **quiet)
    _attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], **quiet)


def get_fonts() -> None:
    """Install letters of the width that the pages are drawn for, where the machine has wider ones.

    Debian's Chromium comes with none; without them every width and print is another one.
    """
    if shutil.which("fc-match"):
        asked = ["fc-match", "Liberation Sans"]
        found = subprocess.run(asked, capture_output=True, text=True).stdout
        if "Liberation" not in found:
            _install("fonts-liberation")


def _install_download() -> None:
    _attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def _attempt(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run a command; what it prints matters only when it fails."""
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        print(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}", file=sys.stderr)


def get_chromium() -> str:
    """Return the path of a Chromium, installed on the way if need be; leave with 1 if none."""
    ways: list[tuple[str, Callable[[], None]]] = [
        ("the distribution's package", _install_package),
        ("Playwright's own download", _install_download),
    ]
    if os.environ.get("CHROMIUM") and not find_chromium():
        sys.exit(f"CHROMIUM names {os.environ['CHROMIUM']}, which is not a program here.")
    path = find_chromium()
    for name, install in ways:
        if path is None:
            print(f"No Chromium here yet: trying {name} ...", flush=True)
            install()
            path = find_chromium()
    if path is None:
        sys.exit(NONE_TO_BE_HAD)
    return path


if __name__ == "__main__":
    print(get_chromium())
    get_fonts()
