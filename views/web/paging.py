"""Pages of long lists: never more than PER_PAGE rows, any page number clamped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, select

from outreach.calendars.clock import say_figure
from outreach.language import gettext as _
from views.web.request import db

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of rows and the way to the next."""

    rows: Sequence[Any]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def has_more(self) -> bool:
        """Tell whether it is one page of several."""
        return self.pages > 1

    @property
    def words(self) -> str:
        """Say which page of how many it is."""
        return _("page %(page)s of %(pages)s, %(rows)s rows", page=self.number, pages=self.pages,
                 rows=say_figure(self.total))  # fmt: skip

    @property
    def previous_url(self) -> str | None:
        """Return the address of the page before, if there is one."""
        return _url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """Return the address of the page after, if there is one."""
        return _url(self.number + 1) if self.number < self.pages else None


class Counted(Protocol):
    """Lines of a list, and how many the whole list has."""

    @property
    def lines(self) -> Sequence[Any]: ...

    @property
    def total(self) -> int: ...


Read = TypeVar("Read", bound=Counted)
AnySelect = Select[*tuple[Any, ...]]


def page_of(query: AnySelect, counted: Select[int] | None = None) -> PageOf:
    """Return the page that the request asks for; nonsense is the first page.

    `counted` counts the rows where the query itself would count more than it must.
    """
    if counted is None:
        counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = db().scalar(counted) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(_asked(), 1), last)
    rows = db().execute(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return PageOf(rows, number, total)


def page_by(read: Callable[[int, int], Read]) -> tuple[PageOf, Read]:
    """Return the page that the request asks for with what was read; beyond the last is the first.

    `read` takes how many lines, and after how many, and counts them with the same question.
    """
    number = max(_asked(), 1)
    found = read(PER_PAGE, (number - 1) * PER_PAGE)
    if not found.lines and number > 1:
        number, found = 1, read(PER_PAGE, 0)
    return PageOf(found.lines, number, found.total), found


def _asked() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _url(number: int) -> str:
    """Return the address of this very list with another page number."""
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'page': number})}"
