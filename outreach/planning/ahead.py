"""The headings of a board: what is late, comes within a week, within a month, or later."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeVar

from outreach.language import gettext as _

Line = TypeVar("Line")
WEEK, MONTH = 7, 30


def by_ahead(
    lines: Iterable[Line], days: Callable[[Line], int | None]
) -> list[tuple[str, list[Line]]]:
    """Put lines that are in order of time under headings; `days` are those left for one.

    Where everything would stand under one heading there is none.
    """
    found = [(said, list(some)) for said, some in groupby(lines, lambda one: say_ahead(days(one)))]
    return found if len(found) > 1 else [("", some) for _said, some in found]


def say_ahead(days: int | None) -> str:
    """Say how far ahead something is; less than 0 days are late."""
    if days is None:
        return _("No day is known")
    if days < 0:
        return _("Late")
    if days <= WEEK:
        return _("Within a week")
    return _("Within a month") if days <= MONTH else _("Later")
