"""Reads a file in the format of conference-data: a JSON list with one object for each event."""

import json
import re
from math import isfinite
from typing import Any, NoReturn

from outreach.catalog.facts import SourceRow, read_row, shown
from outreach.catalog.reading.place_cells import is_from_home
from outreach.refusal import Refused

MOST_ROWS = 20_000
_NOT_STORED = re.compile("[\0\ud800-\udfff]")


def is_conference_data(content: bytes) -> bool:
    """Tell a file of this format, or one that is meant to be, from any other list or table."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[{", b"[ ", b"[\n", b"[\r", b"[]")):
        return False
    return b'"startDate"' in content or not re.search(rb'"\w+"\s*:', content)


def read_events(content: bytes) -> list[SourceRow]:
    """Read all rows of a file, numbered from 1; a bad row carries its reasons.

    Refuses what is no such file at all.
    """
    records = load_json(content)
    if not isinstance(records, list):
        raise Refused("The file is no list of events: it should start with [ and end with ].")
    if len(records) > MOST_ROWS:
        raise Refused(f"The file has {len(records)} events; at most {MOST_ROWS} fit one import.")
    return [_row(number, record) for number, record in enumerate(records, start=1)]


def _row(number: int, record: object) -> SourceRow:
    if not isinstance(record, dict):
        return SourceRow(number, {}, None, {"row": f"This is {shown(record)}, not an object."})
    return read_row(number, _without_home(record))


def _without_home(record: dict[str, Any]) -> dict[str, Any]:
    """Read a town or a country called "Online" as what it says: people join from home."""
    said = [key for key in ("city", "country") if is_from_home(str(record.get(key) or ""))]
    if not said:
        return record
    return {"online": True} | {key: value for key, value in record.items() if key not in said}


def load_json(content: bytes) -> Any:
    """Read JSON as it can be stored; refuses what is none, and numbers that no database keeps."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("The file is not UTF-8 text.") from error
    try:
        return _storable(
            json.loads(text, parse_constant=_refuse_constant, parse_float=_finite_float)
        )
    except json.JSONDecodeError as error:
        raise Refused(
            f"The file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise Refused("The file is not JSON that can be read here.") from error


def _refuse_constant(word: str) -> NoReturn:
    """NaN and Infinity are no JSON, and no database stores them."""
    raise ValueError(word)


def _finite_float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _storable(value: Any) -> Any:
    """Replace the characters that no database stores, in keys that nobody reads too."""
    if isinstance(value, str):
        return _NOT_STORED.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return value
