"""Reads lists of records, as JSON, TOML, YAML or front matter, as the table that they are.

The heads are the keys, so that what a column means is told by sight like that of any table.
"""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import StringIO
from itertools import islice
from typing import Any, cast

import yaml

from outreach.catalog.reading.columns import role_of
from outreach.catalog.reading.conference_data import load_json
from outreach.refusal import Refused

MOST_BYTES, MOST_DEPTH, MOST_RECORDS, MOST_COLUMNS, LONGEST = 2_000_000, 20, 20_000, 60, 4_000
MOST_PARTS = 300_000
"""Words, lists and keys of a file in YAML: 20,000 events have so many."""
MOST_HEAD_LINES = 200
"""Blank lines and comments may stand before a list, so many."""
MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
"""What stands between two lines before a page's text."""
_JSON_BEGINS = re.compile(r"\ufeff?\s*(?:\[\s*(?:\{|\]\s*$|NaN\b|null\b|\[\s*\[|\d{9})|\{\s*[\"}])")
"""A list of objects, or one: what else begins with a bracket is a table or a list of points."""
_YAML_ITEM, _YAML_KEY = re.compile(r" *- +[\w\"']+ *:"), re.compile(r"[\w\"']+ *: *$")
_TOML_BEGINS = re.compile(r"\[\[? *[\w.\"-]+ *\]?\]$|[\w\"-]+ *= *\S")
_TOML_LIST = re.compile(r"^\[\[ *[\w.\"-]+ *\]\]", re.MULTILINE)
_JOINTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s_-]+")
"""Where the words of a key meet: "startDate", "start_date"."""
_DATED = re.compile(
    r"\b(?:dates?|starts?|ends?|begins?|until|deadline|closes?|opens?|when|cfp)\b", re.IGNORECASE
)
_MILLISECONDS = range(10**11, 4 * 10**12)
"""Numbers of which each is an instant from 1973 to 2096, below a head that speaks of time."""
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every word as it is written: no "no" of Norway becomes a No, no day an instant."""

_AROUND = frozenset(["", "event", "venue", "location", "place", "address", "dates"])
"""Keys around others that tell nothing besides: the city of a venue is a city."""

Record = Mapping[str, Any]


def read_records(text: str) -> str | None:
    """Return the table of a text that is a list of records; None where it is no such text."""
    if _JSON_BEGINS.match(text):
        return as_table(_records_in(load_json(text.encode())))
    if matter := MATTER.match(text):
        page = read_matter(matter)
        return as_table([page]) if _names_events(_heads([page])) else None
    first, second = _first_lines(text)
    if _TOML_BEGINS.match(first) and _TOML_LIST.search(text):
        return as_table(_records_in(_toml(text)))
    is_tree = _YAML_KEY.match(first) and second.lstrip().startswith("- ")
    if is_tree or _YAML_ITEM.match(first):
        return as_table(_records_in(read_yaml(text)))
    return None


def _first_lines(text: str) -> tuple[str, str]:
    """Return the first two lines that say something, in YAML and TOML alike."""
    said = (line for line in islice(text.splitlines(), MOST_HEAD_LINES) if _says_something(line))
    return next(said, ""), next(said, "")


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "---", "%YAML"))


def read_pages(texts: Iterable[str]) -> str:
    """Return the table of what stands before the text of pages; together it is bounded too."""
    found, left = [], MOST_BYTES
    for matter in filter(None, map(MATTER.match, texts)):
        left -= len(matter[2])
        if left < 0:
            raise Refused("There is too much before the text of the pages.", "file")
        found.append(read_matter(matter))
    if not found:
        raise Refused("There is no page with front matter here.", "file")
    return as_table(found)


def read_matter(matter: re.Match[str]) -> Record:
    """Read what stands before the text of a page."""
    read = _toml if matter[1] == "+++" else read_yaml
    found = read(matter[2])
    return found if isinstance(found, dict) else {}


def read_yaml(text: str) -> Any:
    """Read YAML of words, lists and keys; nothing in it is built, repeated or run."""
    if len(text) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 10**6} MB.", "file")
    try:
        _check_plain(yaml.parse(text, Loader=_LOADER))
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - builds words, lists and keys alone
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused(f"The file is no YAML: line {line}: {error.problem}.", "file") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise Refused("The file is no YAML that can be read here.", "file") from error


def _check_plain(events: Iterable[Any]) -> None:
    """Refuse what repeats itself, and what is nested without end, before any of it is built."""
    depth = 0
    for number, event in enumerate(events):
        if number > MOST_PARTS:
            raise Refused("The file has too many parts for a list of events.", "file")
        if isinstance(event, yaml.AliasEvent):
            raise Refused(
                "The file repeats parts of itself by reference (*): write them out.", "file"
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise Refused("The file is nested too deeply to be a list of events.", "file")


def _toml(text: str) -> Any:
    if len(text) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 10**6} MB.", "file")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise Refused(f"The file is no TOML: {error}.", "file") from error


def _records_in(found: Any) -> list[Record]:
    """Return the longest list of events in what was read: itself, or below its keys."""
    found = list(_lists_in(found, MOST_DEPTH))
    largest = max(map(len, found), default=0)
    if largest > MOST_RECORDS:
        raise Refused(f"The file has {largest} events; at most {MOST_RECORDS} fit.", "file")
    lists = [one for one in found if _names_events(_heads(one))]
    if lists and all(_is_programme(_heads(one)) for one in lists):
        raise Refused("This is the programme of one event: its sessions are no events.", "file")
    if not lists:
        raise Refused(
            "There is no list of events in the file: none whose keys name an event and its day.",
            "file",
        )
    return max(lists, key=len)


def _lists_in(found: Any, depth: int) -> Iterator[list[Record]]:
    if isinstance(found, list):
        records = [one for one in found if isinstance(one, dict)]
        if records:
            yield cast(list[Record], records)
    elif isinstance(found, dict) and depth:
        for one in found.values():
            yield from _lists_in(one, depth - 1)


def as_table(records: Sequence[Record]) -> str:
    """Write records as a table of cells between tabs, a column for each key."""
    rows, heads = [dict(_cells(record)) for record in records], _heads(records)
    return write_table([heads, *([row.get(head, "") for head in heads] for row in rows)])


def _heads(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(head for one in records for head, _ in _cells(one)))[:MOST_COLUMNS]


def _is_programme(heads: Sequence[str]) -> bool:
    words = {word for head in heads for word in head.casefold().split()}
    return bool({"speaker", "speakers"} & words) and "room" in words


def _names_events(heads: Iterable[str]) -> bool:
    return {"name", "start"} <= {role_of(head) for head in heads}


def write_table(rows: Iterable[Iterable[str]]) -> str:
    """Write rows of cells as the paste box reads them."""
    table = StringIO()
    csv.writer(table, delimiter="\t", lineterminator="\n").writerows(
        [" ".join(cell[:LONGEST].split()) for cell in row] for row in rows
    )
    return table.getvalue()


def _cells(record: Record, above: str = "", depth: int = 3) -> Iterator[tuple[str, str]]:
    """Give each value with its head; what stands below a key has both names."""
    calls = {"uri": "cfp url"} if "eventUri" in record else {}
    for key, value in record.items():
        name = calls.get(str(key)) or _JOINTS.sub(" ", str(key)).strip()
        head = name if above.casefold() in _AROUND else f"{above} {name}"
        if isinstance(value, dict) and depth:
            yield from _cells(value, head, depth - 1)
        else:
            yield head, _word(value, head)


def _word(value: Any, head: str) -> str:
    if isinstance(value, list):
        words = [_word(one, head) for one in value if not isinstance(one, (dict, list))]
        is_span = _DATED.search(head) and len(words) == 2
        return " – ".join(words) if is_span else ", ".join(words)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value in _MILLISECONDS and _DATED.search(head):
        return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    word = "" if value is None or isinstance(value, dict) else str(value)
    return word if any(map(str.isalnum, word)) else ""  # a globe is no country
