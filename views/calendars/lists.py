"""A calendar's events as a list for a site of one's own: one address for each usual form."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

import yaml
from flask import Blueprint, Response, abort, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from outreach.accounts.feeds import find_feed
from outreach.language import N_
from outreach.planning.feeds.lists import LISTED, Row, as_day, list_rows
from outreach.planning.feeds.opened import Moment, Opened, stamp
from views.calendars.answering import no_calendar
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now, site
from views.web.spreadsheet import safe_cell

blueprint = Blueprint("lists", __name__)

HEADS = {
    "name": N_("Name"),
    "startDate": N_("First day"),
    "endDate": N_("Last day"),
    "city": N_("City"),
    "country": N_("Country"),
    "url": N_("Web address"),
}
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\|[]<>*_`"})


@blueprint.get("/feeds/<feed>/events.<form>")
@allow(PUBLIC)
def read(feed: str, form: str) -> AnyResponse:
    """Give the events of a calendar that is a list of them; unchanged ones are not read again."""
    if form not in FORMS:
        abort(404)
    found = find_feed(db(), feed)
    if found is None or found.what not in LISTED:
        return no_calendar()
    opened, real = Opened.of(db(), found), real_now()
    at = Moment(opened.foundation.now(real), real)
    tag = stamp(db(), opened, at, (site(), form))
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        kind, write = FORMS[form]
        response = Response(write(list_rows(db(), opened, at)), mimetype=kind)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _plain(row: Row) -> dict[str, object]:
    """Return what is known of a row as text."""
    return {key: as_day(value) for key, value in row.items() if value is not None}


def _json(rows: Sequence[Row]) -> str:
    return json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2) + "\n"


def _yaml(rows: Sequence[Row]) -> str:
    found: str = yaml.safe_dump(
        [_plain(row) for row in rows], allow_unicode=True, sort_keys=False, width=10_000
    )
    return found


def _toml(rows: Sequence[Row]) -> str:
    """Write tables of events; a text of JSON is one of TOML too, but for one sign."""

    def word(value: object) -> str:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

    tables = (
        "\n".join(["[[events]]", *(f"{key} = {word(value)}" for key, value in _plain(row).items())])
        for row in rows
    )
    return "\n\n".join(tables) + "\n"


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS.values())
    writer.writerows([[safe_cell(as_day(row[key])) for key in HEADS] for row in rows])
    return "\ufeff" + text.getvalue()


def _markdown(rows: Sequence[Row]) -> str:
    """Write a table of Markdown, the name of an event leading to it."""
    shown = [key for key in HEADS if key != "url"]
    lines = [[str(HEADS[key]) for key in shown], ["---"] * len(shown)]
    for row in rows:
        cells = [" ".join(str(as_day(row[key] or "")).translate(_SPECIAL).split()) for key in shown]
        if row["url"]:
            address = row["url"].replace(" ", "%20").replace(")", "%29").replace("|", "%7C")
            cells[0] = f"[{cells[0]}]({address})"
        lines.append(cells)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _html(rows: Sequence[Row]) -> str:
    """Write a table to be put into a page; it brings no style and no script."""
    shown = [key for key in HEADS if key != "url"]
    heads = Markup("").join(Markup("<th scope=col>{}</th>").format(HEADS[key]) for key in shown)
    lines = [Markup("<tr>{}</tr>\n").format(_cells(row, shown)) for row in rows]
    return Markup("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n").format(
        heads, Markup("").join(lines)
    )


def _cells(row: Row, shown: Sequence[str]) -> Markup:
    cells = [Markup("<td>{}</td>").format(as_day(row[key]) or "") for key in shown]
    if row["url"]:
        link = Markup('<td><a href="{}">{}</a></td>')
        cells[0] = link.format(row["url"], row["name"])
    return Markup("").join(cells)


FORMS: Mapping[str, tuple[str, Callable[[Sequence[Row]], str]]] = {
    "csv": ("text/csv", _csv),
    "json": ("application/json", _json),
    "yaml": ("application/yaml", _yaml),
    "toml": ("application/toml", _toml),
    "md": ("text/markdown", _markdown),
    "html": ("text/html", _html),
}
"""Each form with what it is called in an answer."""
