"""Addresses as people see them, and the feeds behind them: of calendars, sheets, files, sites."""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, unquote, urlsplit

from outreach.language import N_

CALENDAR, SHEET, FILE = N_("calendar"), N_("sheet"), N_("file")
_MAIL = re.compile(r"[^\s@/]{1,200}@[^\s@/]{1,200}")
Found = tuple[str, str] | None
Parts = tuple[str, list[str], dict[str, str], str]
"""The host, the folders, what is asked, and what stands behind the #."""


def find_feed(address: str) -> tuple[str, str]:
    """Return what to read instead of an address, and what it is; "" where it is read as it is."""
    if address.casefold().startswith(("webcal://", "webcals://")):
        return f"https://{address.partition('://')[2]}", CALENDAR
    try:
        split = urlsplit(address)
    except ValueError:  # no address at all: who fetches it says so
        return address, ""
    asked = {name: values[-1] for name, values in parse_qs(split.query).items()}
    host = (split.hostname or "").removeprefix("www.")
    folders = [unquote(one) for one in split.path.split("/") if one]
    parts: Parts = (host, folders, asked, split.fragment)
    for find in FINDERS:
        if found := find(*parts):
            return found
    return address, ""


def _google_calendar(host: str, folders: list[str], asked: dict[str, str], _tail: str) -> Found:
    if host != "calendar.google.com" or "ical" in folders:
        return None
    name = asked.get("src") or _from_share(asked.get("cid", ""))
    if not name or not _MAIL.fullmatch(name):
        return None
    key = quote(name, safe="")
    return f"https://calendar.google.com/calendar/ical/{key}/public/basic.ics", CALENDAR


def _from_share(word: str) -> str:
    """Read the name of a calendar in the address with which it is shared: in base 64, or plain."""
    if _MAIL.fullmatch(word):
        return word
    try:
        return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _google_sheet(host: str, folders: list[str], asked: dict[str, str], tail: str) -> Found:
    if host != "docs.google.com" or folders[:2] != ["spreadsheets", "d"] or len(folders) < 3:
        return None
    if folders[2] == "e" and len(folders) > 3:  # one that is published
        return f"https://docs.google.com/spreadsheets/d/e/{folders[3]}/pub?output=csv", SHEET
    sheet = re.search(r"gid=(\d+)", tail)
    number = sheet[1] if sheet else asked.get("gid", "0")
    number = number if number.isdigit() else "0"
    return (
        f"https://docs.google.com/spreadsheets/d/{folders[2]}/export?format=csv&gid={number}",
        SHEET,
    )


def _github_file(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    if host != "github.com" or len(folders) < 5 or folders[2] not in ("blob", "raw", "edit"):
        return None
    path = quote("/".join([*folders[:2], *folders[3:]]))
    return f"https://raw.githubusercontent.com/{path}", FILE


def _gitlab_file(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    """Of GitLab anywhere: its pages of a file have "/-/blob/" in their address."""
    if "-" not in folders or "blob" not in folders:
        return None
    number = folders.index("-")
    if folders[number + 1 : number + 2] != ["blob"]:
        return None
    path = quote("/".join([*folders[:number], "-", "raw", *folders[number + 2 :]]))
    return f"https://{host}/{path}", FILE


def _forgejo_file(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    if len(folders) < 6 or folders[2] != "src" or folders[3] not in ("branch", "tag", "commit"):
        return None
    path = quote("/".join([*folders[:2], "raw", *folders[3:]]))
    return f"https://{host}/{path}", FILE


def _sched(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    is_page = host.endswith((".sched.com", ".sched.org")) and folders[-1:] != ["all.ics"]
    return (f"https://{host}/all.ics", CALENDAR) if is_page else None


def _meetup(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    if host != "meetup.com" or not folders or "ical" in folders:
        return None
    has_language = re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", folders[0]) and len(folders) > 1
    group = folders[1] if has_language else folders[0]
    return f"https://www.meetup.com/{quote(group)}/events/ical/", CALENDAR


def _indico(host: str, folders: list[str], _asked: dict[str, str], _tail: str) -> Found:
    for word, feed in (("category", "events.ics"), ("event", "event.ics")):
        if word in folders and folders[-1:] != [feed]:
            number = folders.index(word)
            key = folders[number + 1 : number + 2]
            is_indico = host.split(".")[0].startswith(("indico", "events", "conference"))
            if key and key[0].isdigit() and is_indico:
                path = quote("/".join([*folders[: number + 2], feed]))
                return f"https://{host}/{path}", CALENDAR
    return None


FINDERS: tuple[Callable[[str, list[str], dict[str, str], str], Found], ...] = (
    _google_calendar, _google_sheet, _github_file, _gitlab_file, _forgejo_file,
    _sched, _meetup, _indico,
)  # fmt: skip
