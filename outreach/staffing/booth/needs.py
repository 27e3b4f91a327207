"""What a shift asks for: as people type it ("lead, knows VFX, speaks French"), and in sentences."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from babel import Locale

from outreach import language
from outreach.catalog.places.spelling import fold_name
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import Need
from outreach.staffing.booth.hours import read_hours

LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "ar=Arabic cs=Czech da=Danish de=German en=English es=Spanish fi=Finnish fr=French "
        "hi=Hindi id=Indonesian it=Italian ja=Japanese ko=Korean nl=Dutch no=Norwegian pl=Polish "
        "pt=Portuguese ru=Russian sv=Swedish ta=Tamil tr=Turkish uk=Ukrainian vi=Vietnamese "
        "zh=Chinese"
    ).split()
)
MOST_NEEDS = 8
LONGEST_SKILL = 40
_LEAD = frozenset({"lead", "a lead", "leader", "shift lead", "somebody who leads"})
_KNOWS = re.compile(r"(?:knows|expert(?: (?:in|for|on))?|x)\s*:?\s+(.+)|expert:(.+)", re.I)
_SPEAKS = re.compile(r"(?:speaks|language|lang)\s*:?\s+(.+)|language:(.+)", re.I)
_SKILL = re.compile(r"(?:skill|can|with|for)\s*:?\s+(.+)|skill:(.+)", re.I)
_CODES = {name.casefold(): code for code, name in LANGUAGES.items()}


@dataclass(frozen=True, slots=True)
class KnownSegment:
    """A segment that an expert may know: what it is called."""

    slug: str
    short_name: str
    name: str


def read_needs(text: str, segments: Sequence[KnownSegment]) -> list[str]:
    """Return the words that a shift keeps; refuse a segment or language that nobody knows."""
    parts = [" ".join(part.split()) for part in re.split(r"[,;\n]| and ", text)]
    words = list(dict.fromkeys(_read(part, segments) for part in parts if part))
    if len(words) > MOST_NEEDS:
        raise Refused(_("A shift asks for %(most)s things at most.", most=MOST_NEEDS), "needs")
    return words


def write_needs(words: Iterable[str], segments: Sequence[KnownSegment]) -> str:
    """Write a shift's words as `read_needs` reads them."""
    names = {known.slug: known.short_name for known in segments}
    return ", ".join(_write(word, names, segments) for word in words)


def read_when(text: str, first: date, last: date) -> list[tuple[date | None, time, time] | None]:
    """Read for which days and times a need holds: "12:00-14:00", "Wed", "Wed 31 Jul 12-14".

    [None] means always. `first` and `last` are the event's days.
    """
    if not text.strip():
        return [None]
    dated = read_hours(text, first, last).stretches
    dated = dated or read_hours(f"{text} 00:00-24:00", first, last).stretches
    if dated:
        return [(stretch.day, stretch.starts, stretch.ends) for stretch in dated]
    daily = read_hours(f"{first.isoformat()}\n{text}", first, last)
    if daily.stretches:
        return [(None, stretch.starts, stretch.ends) for stretch in daily.stretches]
    raise Refused(_("“%(text)s” is no time like 12:00–14:00 or Wed 12:00–14:00.", text=text[:40]))


def needs_at(
    text: str, kind: str, when: str, segments: Sequence[KnownSegment], days: tuple[date, date]
) -> list[Need]:
    """Return what one typed row asks for; `kind` is that of the shifts it is about."""
    words = read_needs(text, segments)
    times = read_when(when, *days)
    return [Need(word, kind, *one) if one else Need(word, kind) for word in words for one in times]


def say_need(need: str) -> str:
    """Say whom a shift asks for: "somebody who leads", "somebody who speaks French"."""
    kind, word = _parts(need)
    match kind:
        case "lead":
            return _("somebody who leads")
        case "expert":
            return _("somebody who knows %(subject)s", subject=word)
        case "language":
            return _("somebody who speaks %(language)s", language=say_language(word))
        case _other:
            return _("somebody for %(task)s", task=word or kind)


def say_language(code: str) -> str:
    """Name a language in the one that is spoken now."""
    known = LANGUAGES.get(code, code)
    return str(Locale.parse(language.current()).languages.get(code, known))


def say_being(need: str) -> str:
    """Say what such a person is or does: "who leads", "who knows vfx", "with forklift"."""
    kind, word = _parts(need)
    match kind:
        case "lead":
            return _("who leads")
        case "expert":
            return _("who knows %(subject)s", subject=word)
        case "language":
            return _("who speaks %(language)s", language=say_language(word))
        case _other:
            return _("for %(task)s", task=word or kind)


def say_doing(need: str) -> str:
    """Say what such a person does, beside their name: "leads", "speaks French"."""
    kind, word = _parts(need)
    match kind:
        case "lead":
            return _("leads")
        case "expert":
            return _("knows %(subject)s", subject=word)
        case "language":
            return _("speaks %(language)s", language=say_language(word))
        case _other:
            return _("for %(task)s", task=word or kind)


def _read(part: str, segments: Sequence[KnownSegment]) -> str:
    if part.casefold() in _LEAD:
        return "lead"
    if found := _KNOWS.fullmatch(part):
        return f"expert:{_slug(found[1] or found[2], segments)}"
    if found := _SPEAKS.fullmatch(part):
        return f"language:{_language(found[1] or found[2])}"
    found = _SKILL.fullmatch(part)
    if found is None:
        if slug := _find_slug(part, segments):
            return f"expert:{slug}"
        if part.casefold() in _CODES:
            return f"language:{_CODES[part.casefold()]}"
    return f"skill:{_skill((found[1] or found[2]) if found else part)}"


def _slug(text: str, segments: Sequence[KnownSegment]) -> str:
    slug = _find_slug(text, segments)
    if slug is None:
        named = {"text": text[:40], "names": ", ".join(known.short_name for known in segments[:8])}
        if not segments:
            raise Refused(_("No segment is called “%(text)s”.", **named), "needs")
        sentence = _("No segment is called “%(text)s”. Your segments are %(names)s.", **named)
        raise Refused(sentence, "needs")
    return slug


def _find_slug(text: str, segments: Sequence[KnownSegment]) -> str | None:
    wanted = fold_name(text)
    for known in segments:
        if wanted in {fold_name(name) for name in (known.slug, known.short_name, known.name)}:
            return known.slug
    return None


def _language(text: str) -> str:
    word = text.strip().casefold()
    if word in _CODES:
        return _CODES[word]
    if not re.fullmatch(r"[a-z]{2,3}", word):
        raise Refused(_("“%(text)s” is no language: write French, or fr.", text=text[:40]), "needs")
    return word


def _skill(text: str) -> str:
    word = " ".join(re.sub(r"[:<>\x00-\x1f]", " ", text).split()).casefold()
    if not word or len(word) > LONGEST_SKILL:
        raise Refused(
            _("Name a skill in %(longest)s letters or fewer.", longest=LONGEST_SKILL), "needs"
        )
    return word


def _write(word: str, names: dict[str, str], segments: Sequence[KnownSegment]) -> str:
    """Write a word as people say it; as it is kept where that would be read as something else."""
    kind, _colon, rest = word.partition(":")
    match kind:
        case "expert":
            said = f"knows {names.get(rest, rest)}"
        case "language":
            said = f"speaks {LANGUAGES.get(rest, rest)}"
        case "skill":
            said = rest
        case _other:
            return word
    try:
        return said if read_needs(said, segments) == [word] else word
    except Refused:
        return word


def _parts(need: str) -> tuple[str, str]:
    kind, _colon, word = need.partition(":")
    return kind, word.replace("-", " ")


def say_kind(kind: str) -> str:
    """Name what is done on a shift of this kind."""
    return {"booth": _("At the booth"), "set_up": _("Set-up"), "tear_down": _("Tear-down")}[kind]


def say_task(kind: str) -> str:
    """Say what is done on a shift of this kind, where no note says it."""
    return _("%(task)s.", task=say_kind(kind))
