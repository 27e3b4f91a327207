"""Finds what a language lacks: `python -m tests.translated de` lists it, the tests hold it to none.

Of each sentence that volunteers read, a language has a translation that nobody is unsure of, in all
its plural forms, with the same places for names and the same marks.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from outreach import language

ROOT = Path(__file__).parent.parent
PLURALS = {"de": "(n != 1)", "es": "(n != 1)", "fr": "(n > 1)", "ja": "0"}
"""Languages that ship, with how each chooses a form for a number."""
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\$[a-z_]+|</?\w+[^<>]*>|&\w+;|\n")
"""What a translation may move and not lose."""
NAMES = re.compile(r"%\((\w+)\)[sd]")
COUNTS = frozenset(f"%({name})s" for name in ("num", "number", "Number", "figure", "count"))
"""What a form for one alone may leave out: "in a minute"."""
LISTS = frozenset(["numbers from 0 on", "places in a row"])
"""Meanings of texts that are split at each comma."""

Sentence = tuple[str | None, str | tuple[str, str]]
"""A meaning, where it has one, and the sentence; a pair where it counts."""


def keywords() -> Mapping[str, Any]:
    """Return the functions whose sentences `make sentences` collects."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8").split()
    ours = [word.partition("=")[2] for word in made if word.startswith("--keyword=")]
    return DEFAULT_KEYWORDS | parse_keywords(ours)


def collect(mappings: list[dict[str, Any]]) -> Iterator[tuple[str, Sentence]]:
    """Collect from these files, as `make sentences` does from those of volunteers."""
    methods: list[tuple[str, str]] = []
    options: dict[str, dict[str, Any]] = {}
    for mapping in mappings:
        patterns = mapping["pattern"]
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            methods.append((pattern, mapping["method"]))
            options[pattern] = {"trimmed": mapping.get("trimmed", "false"), "silent": "false"}
    found = extract_from_dir(ROOT, methods, options, keywords())
    for path, _line, said, _comments, meaning in found:
        if said:  # an empty one says nothing
            yield path, (meaning, said)


@cache
def sentences() -> frozenset[Sentence]:
    """Return all that volunteers read."""
    home = ROOT / "data/languages/volunteers.toml"
    return frozenset(one for _path, one in collect(tomllib.loads(home.read_text())["mappings"]))


def texts() -> frozenset[str]:
    """Return the same as their sentences alone, the first where there are two forms."""
    return frozenset(said if isinstance(said, str) else said[0] for _, said in sentences())


def read(code: str) -> Catalog:
    """Return a language as its translators wrote it."""
    with language.file_of(code).open("rb") as file:
        return read_po(file, locale=code)


def faults(code: str) -> list[str]:
    """Say what is wrong with a language, a line for each."""
    catalog = read(code)
    known = {(one.context, one.id): one for one in catalog if one.id}
    # Of one sentence that is said alone and by number there is one entry, which counts.
    counted = {(meaning, said[0]) for meaning, said in known if isinstance(said, tuple)}
    wanted = {one for one in sentences() if one not in counted}
    found = [f"not in the file: {said!r}" for _, said in wanted - known.keys()]
    found += [f"not said any more: {said!r}" for _, said in known.keys() - wanted]
    if catalog.plural_expr != PLURALS[code]:
        found.append(f"its plurals are chosen by {catalog.plural_expr}, not {PLURALS[code]}")
    for key in wanted & known.keys():
        found += [f"{fault}: {key[1]!r}" for fault in _faults_of(known[key], catalog.num_plurals)]
    return sorted(found)


def _faults_of(one: Message, count: int) -> Iterator[str]:
    if one.fuzzy:
        yield "fuzzy"
    if isinstance(one.id, str):
        sources: tuple[str, ...] = (one.id,)
        forms: list[str] = [one.string] if isinstance(one.string, str) else list(one.string)
        count = 1
    else:
        sources = tuple(one.id)
        forms = list(one.string) if isinstance(one.string, tuple | list) else [one.string]
    if not all(forms) or not forms:
        yield "not translated"
        return
    if len(forms) != count:
        yield f"{len(forms)} forms, not {count}"
    for number, form in enumerate(forms):
        yield from _compare(sources, form, is_last=number == len(forms) - 1)
    if one.context in LISTS and len(forms[0].split(", ")) != len(sources[0].split(", ")):
        yield f"{len(forms[0].split(', '))} words, not {len(sources[0].split(', '))}"


def _compare(sources: tuple[str, ...], form: str, *, is_last: bool) -> Iterator[str]:
    """Compare the places and marks of a form with those of the sentence."""
    there = sorted(PLACES.findall(form))
    many = sorted(PLACES.findall(sources[-1]))
    if is_last or len(sources) == 1:
        if there != many:
            yield f"has {there}, not {many}"
    else:
        needed = set(PLACES.findall(sources[0])) - COUNTS
        if not needed <= set(there) <= set(many) | needed:
            yield f"has {there}, where one is {sorted(needed)} and many {many}"
    if NAMES.search(sources[-1]):
        names = {name: 1 for source in sources for name in NAMES.findall(source)}
        try:
            form % names
        except (KeyError, ValueError, TypeError) as fault:
            yield f"cannot be filled in ({fault!r})"


if __name__ == "__main__":
    for asked in sys.argv[1:] or sorted(PLURALS):
        lines = faults(asked)
        sys.stdout.write("\n".join([*lines, f"{asked}: {len(lines)} faults", ""]))
