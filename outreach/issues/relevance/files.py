"""Reads segment lists and issue files, and says by file and line what is wrong with them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.issues.relevance.subjects import IssueText, LinkAnswer, Profile
from outreach.refusal import Refused

TEMPLATES = Path(__file__).parents[3] / "data" / "segment-templates.json"


@dataclass(frozen=True)
class IssueRow:
    """One issue of a file; `audiences` is None where nobody has answered yet."""

    issue: IssueText
    audiences: frozenset[str] | None


def load_templates() -> tuple[Profile, ...]:
    """Return the segment templates that ship with the program."""
    return read_profiles(TEMPLATES)


def read_profiles(path: Path) -> tuple[Profile, ...]:
    """Read a JSON list of segments; each needs a slug and a name. Raises Refused."""
    start = FileLine(path, 1)
    read = [(_profile(entry, at), at) for entry, at in _entries(_read(path), start)]
    if not read:
        raise Refused(f"{start}: the list has no segments.")
    _refuse_twins([(profile.slug, at) for profile, at in read], "segment")
    return tuple(profile for profile, _ in read)


def read_issues(path: Path) -> list[IssueRow]:
    """Read one issue per line; each needs an id and a title. Raises Refused."""
    rows, ids = [], []
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        at = FileLine(path, number)
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as trouble:
            raise Refused(f"{at}: this is not JSON ({_reason(trouble)}).") from trouble
        rows.append(_row(entry, at))
        ids.append((rows[-1].issue.id, at))
    _refuse_twins(ids, "issue")
    return rows


def read_answers(rows: list[IssueRow], profiles: tuple[Profile, ...]) -> list[LinkAnswer]:
    """Return what the answered rows say about each of the profiles."""
    return [
        LinkAnswer(row.issue, profile.slug, profile.slug in row.audiences)
        for row in rows
        if row.audiences is not None
        for profile in profiles
    ]


@dataclass(frozen=True)
class FileLine:
    """A line of a file, named in every refusal."""

    path: Path
    line: int

    def __str__(self) -> str:
        """Return the place as a refusal names it."""
        return f"{self.path}, line {self.line}"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as trouble:
        raise Refused(f"{path} cannot be read: {trouble.strerror}.") from trouble
    except UnicodeDecodeError as trouble:
        line = trouble.object[: trouble.start].count(b"\n") + 1
        raise Refused(f"{FileLine(path, line)}: this is not UTF-8 text.") from trouble


def _entries(text: str, start: FileLine) -> Iterator[tuple[Mapping[str, Any], FileLine]]:
    """Yield the objects of a JSON list, each with the line it begins on."""
    decoder, at = json.JSONDecoder(), _skip(text, 0, " \t\r\n")
    if text[at : at + 1] != "[":
        raise Refused(f"{start}: a list of segments in JSON was expected.")
    at = _skip(text, at + 1, " \t\r\n")
    while text[at : at + 1] != "]":
        place = FileLine(start.path, text.count("\n", 0, at) + 1)
        try:
            entry, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as trouble:
            line = FileLine(start.path, trouble.lineno)
            raise Refused(f"{line}: this is not JSON ({trouble.msg}).") from trouble
        except (ValueError, RecursionError) as trouble:
            raise Refused(f"{place}: this is not JSON ({_reason(trouble)}).") from trouble
        if not isinstance(entry, dict):
            raise Refused(f"{place}: a segment must be an object with a slug and a name.")
        yield entry, place
        at = _skip(text, at, " \t\r\n,")


def _skip(text: str, at: int, blanks: str) -> int:
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _profile(entry: Mapping[str, Any], at: FileLine) -> Profile:
    return Profile(
        slug=_text(entry, "slug", at, needed=True),
        name=_text(entry, "name", at, needed=True),
        summary=_text(entry, "summary", at),
        keywords=_texts(entry, "keywords", at),
        projects=_texts(entry, "upstreamProjects", at),
        software=_texts(entry, "software", at),
    )


def _row(entry: object, at: FileLine) -> IssueRow:
    if not isinstance(entry, dict):
        raise Refused(f"{at}: an issue must be an object with an id and a title.")
    issue = IssueText(
        id=_text(entry, "id", at, needed=True),
        repository=_text(entry, "repository", at),
        title=_text(entry, "title", at, needed=True),
        body=_text(entry, "body", at),
        labels=_texts(entry, "labels", at),
    )
    answered = entry.get("audiences") is not None
    return IssueRow(issue, frozenset(_texts(entry, "audiences", at)) if answered else None)


def _text(entry: Mapping[str, Any], field: str, at: FileLine, needed: bool = False) -> str:
    value = entry.get(field)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Refused(f"{at}: “{field}” must be text.")
    return value


def _texts(entry: Mapping[str, Any], field: str, at: FileLine) -> tuple[str, ...]:
    value = entry.get(field)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(f"{at}: “{field}” must be a list of texts.")
    return tuple(value)


def _refuse_twins(named: list[tuple[str, FileLine]], kind: str) -> None:
    seen: set[str] = set()
    for name, at in named:
        if name in seen:
            raise Refused(f"{at}: the {kind} “{name}” appears twice.")
        seen.add(name)


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, json.JSONDecodeError):
        return f"{trouble.msg} at column {trouble.colno}"
    return "nested too deeply" if isinstance(trouble, RecursionError) else "a number is too long"
