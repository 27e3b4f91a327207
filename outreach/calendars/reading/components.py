"""Splits the bytes of a calendar into components and properties; never as a whole or not at all.

RFC 5545, 3.1. Every step is linear in the bytes, and what is beyond the limits is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_COMPONENTS, MOST_PROPERTIES, LONGEST_LINE, DEEPEST = 20_000, 400, 20_000, 8
_FOLD = re.compile(rb"\r?\n[ \t]|\r[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_SHIELDED = re.compile(r"\\(.)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass(slots=True)
class Property:
    """A line of a component: its name, its parameters, and its value as it is written."""

    name: str
    params: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next((one for one in self.properties if one.name == name), None)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def word(self, name: str) -> str:
        """Return what a property says; "" where there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""


@dataclass(slots=True)
class Read:
    """A calendar as it was read."""

    calendars: list[Component]
    is_whole: bool
    """Whether each calendar that begins in it ends: a piece of one says nothing of the rest."""
    left_out: int = 0
    """Components beyond the most that are read."""


def decode(content: bytes) -> str:
    """Return the text of a calendar, whose lines may be folded within a letter."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _FOLD.sub(b"", content.decode(name, "replace").encode()).decode()
    unfolded = _FOLD.sub(b"", content.removeprefix(b"\xef\xbb\xbf"))
    try:
        text = unfolded.decode()
    except UnicodeDecodeError:
        text = unfolded.decode("cp1252", "replace")
    return text.replace("\0", "")


def read_components(content: bytes) -> Read:
    """Read the calendars in a file, with what stands below each."""
    root, count, left_out = Component("ROOT"), 0, 0
    open_ones, skipped = [root], 0
    for line in _BREAK.split(decode(content)):
        word = line[:80].strip().upper()
        if word.startswith("BEGIN:"):
            count += 1
            if skipped or count > MOST_COMPONENTS or len(open_ones) > DEEPEST:
                skipped += 1
                left_out += 1
                continue
            begun = Component(word[6:].strip())
            open_ones[-1].parts.append(begun)
            open_ones.append(begun)
        elif word.startswith("END:"):
            if skipped:
                skipped -= 1
            else:
                _close(open_ones, word[4:].strip())
        elif not skipped and (found := read_property(line[:LONGEST_LINE])):
            open_ones[-1].properties[MOST_PROPERTIES:] = []
            open_ones[-1].properties.append(found)
    calendars = [one for one in root.parts if one.name == "VCALENDAR"]
    if not calendars and root.parts:  # events without a calendar around them
        calendars = [Component("VCALENDAR", parts=root.parts)]
    return Read(calendars, len(open_ones) == 1 and not skipped, left_out)


def _close(open_ones: list[Component], name: str) -> None:
    """End the innermost component of this name, and those within it that nobody ended."""
    for depth in range(len(open_ones) - 1, 0, -1):
        if open_ones[depth].name == name:
            del open_ones[depth:]
            return


def read_property(line: str) -> Property | None:
    """Read one line; None for one that is none. Quotes shield the signs that part it."""
    pieces = list(_pieces(line))
    if len(pieces) < 2 or not _NAME.fullmatch(pieces[0].strip()):
        return None
    params = {}
    for piece in pieces[1:-1]:
        name, _equals, value = piece.partition("=")
        params[name.strip().upper()] = value.strip().strip('"')
    return Property(pieces[0].strip().upper(), params, pieces[-1])


def _pieces(line: str) -> Iterator[str]:
    """Give the name, the parameters and the value of a line; nothing where it has no colon."""
    start, is_quoted, found = 0, False, []
    for number, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif not is_quoted and sign in ";:":
            found.append(line[start:number])
            start = number + 1
            if sign == ":":
                return iter([*found, line[start:]])
    if '"' in line:  # a quote that nobody ended
        return _pieces(line.replace('"', ""))
    return iter(())


def unescape(value: str) -> str:
    """Return a text without the signs that shield others. RFC 5545, 3.3.11."""
    return _SHIELDED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
