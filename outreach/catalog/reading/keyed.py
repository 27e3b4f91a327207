"""Makes a table of texts that are none: tickets of "Key: value" lines, and lists with details.

A ticket is a block of keys; the next begins where its name or its date is told again. A list
has a point for each event, its name often a link, and below it what is known in "Key: value"
parts. What stands around either is left out.
"""

import re
from collections.abc import Iterator

from outreach.catalog.reading.columns import Role, role_of
from outreach.catalog.reading.date_words import find_month, fold_date

Pairs = dict[str, str]
"""Values by their keys, as they are written."""
_KEY = re.compile(
    r"^[\s>*+•–-]*(?:\*\*|__)?(?P<key>[^\W\d_][^:*|<>\[\]]{0,60}?)\s*(?:\*\*|__)?"
    r"(?:\s*<!--(?:(?!-->).)*-->|\s*\([^()]*\))*\s*(?:\*\*|__)?:(?:\*\*|__)?(?!//)\s*(?P<value>.*)$"
)
_POINT = re.compile(r"^\s{0,3}[-*+•]\s+(?P<name>\[[^\[\]]+\]\([^()\s]+\)|\*\*[^*]+\*\*)\s*$")
_CELLS = re.compile(r"\s*\|\|\s*|\s+\|\s+|\s+·\s+")
_SIGNS = re.compile(r"<[^>]*>|:\w+:")
"""Tags and small pictures around the words of a heading."""
_NAME = "Event"


def tabled(text: str) -> str:
    """Return the text as a table where it is a list or tickets of events; else as it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for records in (_listed(lines), _ticketed(lines)):
        found = [one for one in records if _has(one, "name") and _has(one, "start")]
        if found:
            return _written(found)
    return text


def _listed(lines: list[str]) -> list[Pairs]:
    """Read points with details below them; a heading ends the last one."""
    found: list[Pairs] = []
    heading = ""
    for line in lines:
        if point := _POINT.match(line):
            found.append({_NAME: point["name"]})
        elif line.lstrip().startswith(("#", "<")):
            found.append({})
            heading = _dated(line) or ("" if line.lstrip().startswith("#") else heading)
        elif found and found[-1]:
            for part in _CELLS.split(_folded(line)):
                if pair := _KEY.match(part):
                    key, value = pair["key"].strip(), pair["value"].strip()
                    is_start = role_of(key) == "start"
                    found[-1].setdefault(key, _completed(value, heading) if is_start else value)
    return found


def _dated(line: str) -> str:
    """Return what a heading of nothing but a month or a year says; "" where it says more."""
    words = re.findall(r"[^\W_]+", _SIGNS.sub(" ", line))
    is_dated = [find_month(fold_date(word)) or re.fullmatch("20[0-9]{2}", word) for word in words]
    return " ".join(words) if words and all(is_dated) else ""


def _completed(value: str, heading: str) -> str:
    """Give a date what only its heading says; what is no day at all stays as it is."""
    if not any(sign.isdigit() for sign in value):
        return value
    words = re.findall(r"[^\W\d_]{3,}", fold_date(value))
    has_month = any(find_month(word) for word in words) or re.search(r"\d[./-]\d+[./-]\d", value)
    has_year = re.search(r"\d{4}", value)
    missing = [one for one in heading.split() if not (has_year if one.isdigit() else has_month)]
    return " ".join([value, *missing])


def _ticketed(lines: list[str]) -> list[Pairs]:
    """Read blocks of keys; where the name of an event has its own key, "Name" is a person's."""
    pairs = [(pair["key"].strip(), pair["value"].strip()) for pair in _keyed(lines)]
    of_events = [key for key, _ in pairs if role_of(key) == "name" and key.casefold() != "name"]
    found: list[Pairs] = [{}]
    for key, value in pairs:
        role = role_of(key)
        if not role or not value or (of_events and key.casefold() == "name"):
            continue
        if role in ("name", "start") and _has(found[-1], role):
            found.append({})
        found[-1].setdefault(key, value)
    return found


def _keyed(lines: list[str]) -> Iterator[re.Match[str]]:
    for line in lines:
        if "|" not in line and (pair := _KEY.match(_folded(line))):
            yield pair


def _folded(line: str) -> str:
    """Return the line with single spaces: where many may belong to many signs, all are tried."""
    return " ".join(line.split())


def _has(record: Pairs, role: Role) -> bool:
    return any(role_of(key) == role for key in record)


def _written(records: list[Pairs]) -> str:
    """Write records as lines of cells, a column for each meaning and for each other key."""
    heads: dict[str, str] = {}
    for record in records:
        for key in record:
            heads.setdefault(_column(key), key)
    rows = [list(heads.values())]
    for record in records:
        cells = {_column(key): value for key, value in record.items()}
        rows.append([cells.get(column, "") for column in heads])
    return "\n".join("\t".join(map(_plain, row)) for row in rows)


def _plain(cell: str) -> str:
    """Return a cell that cannot break its line; a quote would be taken for the sign of one."""
    return _folded(cell).replace('"', "”")


def _column(key: str) -> str:
    return role_of(key) or key.casefold()
