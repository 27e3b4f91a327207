"""The ways to subscribe to a calendar, each with how late its program looks again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from outreach.language import N_
from views.web.request import site

GOOGLE = "https://calendar.google.com/calendar/r"
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
OFFICE = "https://outlook.office.com/calendar/0/addfromweb"


@dataclass(frozen=True, slots=True)
class SubscribeWay:
    """A program, the address that subscribes with it, and how late it is."""

    program: Any
    address: str
    lateness: Any
    is_file: bool = False
    is_named: bool = True
    """Whether its name is the same in every language."""


def list_ways(token: str, title: str) -> Sequence[SubscribeWay]:
    """Return how to subscribe to a calendar: a button for each program."""
    address = address_of(token)
    webcal = f"webcal://{address.partition('://')[2]}"
    named = urlencode({"url": address, "name": title})
    often = N_("It looks as often as you set there, from every 5 minutes to once a week.")
    slowly = N_("It looks about every 3 hours, sometimes after more than a day.")
    return (
        SubscribeWay("Apple Calendar", webcal, often),
        SubscribeWay(
            "Google Calendar",
            f"{GOOGLE}?{urlencode({'cid': webcal})}",
            N_("It looks every 8 to 24 hours, and nothing makes it look sooner."),
        ),
        SubscribeWay("Outlook.com", f"{OUTLOOK}?{named}", slowly),
        SubscribeWay("Microsoft 365", f"{OFFICE}?{named}", slowly),
        SubscribeWay(
            N_("Another program"),
            webcal,
            N_("It looks as often as you set there."),
            is_named=False,
        ),
        SubscribeWay(
            N_("A file"),
            address,
            N_("It stays as it is now: nothing that changes later."),
            is_file=True,
            is_named=False,
        ),
    )


def address_of(token: str) -> str:
    """Return the address of a calendar."""
    return site() + url_for("feeds.read", feed=token)
