"""Reads when a call ends, as organisers write it: an instant, a day, or a word in its place."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from outreach.catalog.facts import clean
from outreach.catalog.reading.date_words import MONTHS
from outreach.catalog.reading.dates import DayOrder, NoDate, Span, read_span
from outreach.catalog.reading.zone_words import SEVERAL, NoZone, Zone, read_zone
from outreach.language import gettext as _

Word = Literal["tba", "open", "closed", "cancelled"]
"""What stands in the place of a day; none of them is ever late."""
Mark = Literal["day_early", "hour_early", "zone_assumed"]
"""What is unsure: the start of the day was written, winter's word in summer, no zone."""
LONGEST = 200
LAST_PLACE = time(11, 59, 59)
"""When a day is over everywhere, by UTC on the next one."""
LAST_SECOND = time(23, 59, 59)
LATEST = 24
DAY_ITSELF = (time(0), LAST_SECOND)
"""Hours that a spreadsheet puts to a day, and that say nothing where no clock is named."""

_WORDS: dict[Word, str] = {
    "tba": r"t\.?b\.?[adc]|(?:not |to be |will be )(?:yet )?(?:announced|decided|known|confirmed)"
    r"(?: yet| soon| later)?|unknown|(?:coming )?soon|later|\?+",
    "open": r"(?:always |still )?open(?: until (?:filled|full|further notice|closed))?"
    r"|rolling(?: basis)?|on a rolling basis|ongoing|continuous|first come,? first served?"
    r"|no (?:deadline|end|closing date)|until (?:filled|full|further notice)",
    "closed": r"(?:already |now )?closed|over|ended|full",
    "cancelled": r"cancell?ed|called off|withdrawn|no call(?: this year)?|n/a",
}
_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\b\.?"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?\b(?![:h])"
_YEAR = r"(?:\d{4}\b(?!:)|'\d{2}\b)"
_TO = r"\s*(?:-+>?|=>|\b(?:to|until|till|through|thru)\b)\s*"
_DAY = re.compile(
    r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\b(?:19|20)\d{6}(?!\d)"
    r"|\b\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})\b|\b\d{1,2}\.\d{1,2}\.(?!\d)"
    rf"|(?<![:\d])\b(?:{_NUMBER}{_TO})?{_NUMBER}[\s.-]*(?:of\s+)?{_MONTH}(?:[\s,.-]*{_YEAR})?"
    rf"|\b{_MONTH}\s*(?:the\s+)?{_NUMBER}(?:{_TO}{_NUMBER})?(?:\s*,?\s*{_YEAR})?",
    re.I,
)
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[./-]\d\d?[./-]\d\d\b")
_HOUR = re.compile(
    r"\b(?P<half>\d{1,2})(?:[:.h](?P<past>[0-5]\d)(?::(?P<seconds>[0-5]\d))?)?"
    r"\s*(?P<noon>[ap])\.?m\b\.?"
    r"|(?:(?<=t)|\b)(?P<hour>\d{1,2})(?:[:h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"(?:\s*(?:hrs?|hours|h|uhr)\b)?|\s*(?:hrs|hours|h|uhr)\b)"
    r"|\b(?P<word>noon|midday|midnight|(?:the )?end of (?:the )?day|eod|end of(?= \0))\b",
    re.I,
)
_OFFSET = r"(?:utc|gmt)?\s?[+-]\s?\d{1,2}(?::?\d{2})?"
_BESIDE = re.compile(
    rf"[\s(\[,]*(?P<offset>{_OFFSET})(?!\d)|[\s(\[,]*(?P<words>[a-z][a-z_./ ]*)", re.I
)
_ALONE = re.compile(
    rf"(?:utc|gmt){_OFFSET}|\b(?:[a-z]+/[a-z_/]+|aoe|utc|gmt|anywhere on earth)\b"
    r"|\b(?:\w+ ){1,3}time\b|\b(?-i:[A-Z]{2,5})\b", re.I)  # fmt: skip
_MOST_WORDS = 5
_EXTENDED = re.compile(
    r"\b(?:extended|corrected|moved|changed|postponed|prolonged|pushed)(?: once| again| back)?"
    r"(?: (?:to|until|till|through)\b|:)|\bnew deadline\b|\bnow\b", re.I)  # fmt: skip
_BEFORE = re.compile(
    r"\b(?:(?:extended|moved|changed|postponed) from|instead of|previously|originally|formerly"
    r"|was)\b:?", re.I)  # fmt: skip
_STRUCK = re.compile(r"(?:~~|<(?:s|del)>)(.+?)(?:~~|</(?:s|del)>)", re.I)
_CLOSES = re.compile(
    r".*(?:\b(?:clos\w+|ends?|deadline|due|to|until|till|through|thru)\b|-+>?|=>)", re.I
)
_CLAUSES = re.compile(r"[;|]| / ")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")


class NoEnding(ValueError):
    """A text tells no ending; the message is a sentence about it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When a call ends: a `word`, a `day` as its organiser writes it, or an instant on it."""

    word: Word | None = None
    day: date | None = None
    at: datetime | None = None
    zone: str = ""
    """As given, "AoE" too; empty where a day stands alone."""
    marks: frozenset[Mark] = frozenset()
    opens: date | None = None
    was: str = ""
    """What was extended, in the organiser's words."""

    @property
    def until(self) -> datetime | None:
        """Return the last instant at which it may be open; a day alone ends in its last place."""
        if self.at or self.day is None:
            return self.at
        return datetime.combine(self.day + timedelta(days=1), LAST_PLACE, UTC)

    @property
    def aim(self) -> date | None:
        """Return the day that alarms aim at: the one before, where all of it is not certain."""
        if self.day is None or (self.at and "day_early" not in self.marks):
            return self.day
        return self.day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reader knows that the words leave out."""

    zone: str = ""
    """The zone of an hour that names none; empty where that must be asked."""
    before: date | None = None
    """The first day of the event: a day without a year is the last of its name before it."""
    order: DayOrder | None = None
    venue: str = ""
    """Whose clock "local time" is."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """What one clause tells: days as they are written, an hour (`None`: no hour), a zone."""

    days: str
    hour: time | None
    zone: Zone | None


def read_ending(text: str, zone: str = "", beside: Beside | None = None) -> Ending:
    """Read an ending, and the zone given beside it. Refuses what tells none, or several.

    >>> read_ending("10 Jan 2025, 5 pm UTC").at
    datetime.datetime(2025, 1, 10, 17, 0, tzinfo=datetime.timezone.utc)
    """
    beside, words = beside or Beside(), _plain(text)
    if len(words) > LONGEST:
        raise NoEnding(_("“%(words)s” is too long for an ending.", words=_short(words)))
    if word := _word_of(words):
        return Ending(word)
    if number := _EPOCH.fullmatch(words):
        at = datetime.fromtimestamp(int(number[1]), UTC)
        return Ending(None, at.date(), at, "UTC")
    given = _given(zone, beside) if zone.strip() else None
    old, new = _extension(words)
    told = _read_clause(new, given, beside)
    if old:
        before = _read_clause(old, given, beside)
        told = replace(told, hour=told.hour or before.hour, zone=told.zone or before.zone)
    return _ending(told, beside, old)


def _plain(text: str) -> str:
    plain = re.sub("[‐‑‒–—―−→]+>?", "-", clean(text)).replace("’", "'")
    return re.sub(r"(\d{1,2})-([A-Za-z]{3,9})-(\d{4})", r"\1 \2 \3", plain)


def _word_of(words: str) -> Word | None:
    bare = re.sub(
        r"(?:the |cfp |call |deadline |status |is |are )*:?\s*", "", words.lower(), count=1
    )
    found = (word for word, form in _WORDS.items() if re.fullmatch(form, bare.strip(" .")))
    return next(found, None)


def _given(cell: str, beside: Beside) -> Zone:
    """Read the zone that a cell of its own names: "UTC (23:59 Milan)" is UTC."""
    bare = re.split(r"[(;,]", cell)[0].strip() or cell
    try:
        return _zone(bare, beside) or _zone(f"{bare} time", beside, must=True) or read_zone(bare)
    except NoZone as wrong:
        raise NoEnding(str(wrong)) from wrong


def _zone(words: str, beside: Beside, *, must: bool = False) -> Zone | None:
    """Read a zone; None where the words are about something else, unless they `must` name one."""
    if words.lower() == "local time" and beside.venue:
        return read_zone(beside.venue)
    try:
        return read_zone(words)
    except NoZone:
        if must or words.lower().replace(".", "") in SEVERAL:
            raise
        return None


def _extension(words: str) -> tuple[str, str]:
    """Split what it was before from what it is now; the first is empty where nothing was."""
    if struck := _STRUCK.search(words):
        return struck[1], words[struck.end() :]
    old, new = "", words
    if (found := _EXTENDED.search(words)) and _DAY.search(words[found.end() :]):
        old, new = words[: found.start()], words[found.end() :]
    if found := _BEFORE.search(new):
        head, tail = new[: found.start()], new[found.end() :]
        if _DAY.search(head):  # "15 Nov (was 1 Nov)"
            old, new = tail, head
        elif (first := _DAY.search(tail)) and _DAY.search(tail[first.end() :]):
            old, new = tail[: first.end()], tail[first.end() :]
    return (_trimmed(old), new) if _DAY.search(old) else ("", new)


def _trimmed(old: str) -> str:
    bare = old.strip(" ,;.")
    for closing, opening in (")(", "()"):
        if bare.count(closing) > bare.count(opening):
            bare = bare.strip(closing).strip(" ,;.")
    return bare


def _read_clause(text: str, given: Zone | None, beside: Beside) -> _Clause:
    """Read the first clause that has a day: what follows it is about something else."""
    clause = next((part for part in _CLAUSES.split(text) if _DAY.search(part)), "")
    days, rest = _days(clause)
    if not days:
        raise NoEnding(_("“%(words)s” tells no day.", words=_short(text) or "…"))
    found = _HOUR.search(rest)
    hour = _hour(found) if found else None
    try:
        zone, rest = _zone_in(rest, found, beside)
    except NoZone as wrong:
        raise NoEnding(str(wrong)) from wrong
    if re.search(r"\d", re.sub(_OFFSET, " ", _HOUR.sub(" ", rest), flags=re.I)):
        raise NoEnding(_("“%(words)s” tells more than a day and an hour.", words=_short(text)))
    return _Clause(days, hour, zone or given)


def _days(clause: str) -> tuple[str, str]:
    """Return the days of a clause, and what it says beside the last of them.

    Of two days that are joined the first is its opening; else the second is about something else.
    """
    first, *others = [*_DAY.finditer(clause), None, None][:2] if clause else (None, None)
    if first is None:
        return "", ""
    second = others[0]
    if second is None:
        return first[0], f"{clause[: first.start()]}\0{clause[first.end() :]}"
    between = clause[first.end() : second.start()]
    if joint := _CLOSES.search(_HOUR.sub(lambda hour: "·" * len(hour[0]), between)):
        last = between[joint.end() :]
        return f"{first[0]} to {second[0]}", f"{last}\0{clause[second.end() :]}"
    return first[0], f"{clause[: first.start()]}\0{between}"


def _hour(found: re.Match[str]) -> time:
    """Read an hour; a minute before the full hour is meant to its end, 24:00 is the day's."""
    if word := found["word"]:
        known = {"noon": time(12), "midday": time(12), "midnight": time(0)}
        return known.get(word.lower(), LAST_SECOND)
    hour, minute = int(found["half"] or found["hour"]), int(found["past"] or found["minute"] or 0)
    given = found["seconds"] or found["second"]
    is_late = (found["noon"] or "").lower() == "p"
    if found["half"] and (hour <= 12 or not is_late):
        hour = hour % 12 + 12 * is_late if hour <= 12 else LATEST
    if (hour, minute) == (LATEST, 0) and not found["half"]:
        return LAST_SECOND
    if hour >= LATEST:
        raise NoEnding(_("“%(words)s” is no hour of a day.", words=found[0].strip()))
    return time(hour, minute, int(given) if given else 59 if minute == 59 else 0)


def _zone_in(rest: str, hour: re.Match[str] | None, beside: Beside) -> tuple[Zone | None, str]:
    """Find the zone that is named right after the hour, else anywhere in what is left."""
    if hour and (found := _BESIDE.match(rest, hour.end())):
        if offset := found["offset"]:
            return read_zone(offset), rest[: found.start()] + rest[found.end() :]
        if named := _longest(found["words"].split(), beside):
            return named, rest
    for word in (found[0] for found in _ALONE.finditer(rest)):
        for start in range(len(word.split())):
            if zone := _zone(" ".join(word.split()[start:]), beside):
                return zone, rest
    return None, rest


def _longest(words: list[str], beside: Beside) -> Zone | None:
    """Read the zone that these words begin with; capitals that are none are refused."""
    words = words[1:] if words[0].lower() == "in" and len(words) > 1 else words
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        if zone := _zone(" ".join(words[:count]), beside):
            return zone
    spoken = next((at for at, word in enumerate(words[:4]) if word.lower() == "time"), None)
    if spoken:
        return _zone(" ".join(words[: spoken + 1]), beside, must=True)
    return read_zone(words[0]) if re.fullmatch("[A-Z]{2,5}", words[0]) else None


def _ending(told: _Clause, beside: Beside, old: str) -> Ending:
    span = _span(told.days, beside)
    opens = span.first if span.first != span.last else None
    zone, marks = told.zone, set[Mark]()
    if zone is None and (told.hour is None or told.hour in DAY_ITSELF and not beside.zone):
        return Ending(None, span.last, opens=opens, was=old)
    if zone is None:
        if not beside.zone:
            raise NoEnding(_("Say whose clock that is: the hour names no zone."))
        zone = read_zone(beside.zone)
        marks.add("zone_assumed")
    local = datetime.combine(span.last, told.hour or LAST_SECOND, zone.clock)
    if told.hour == time(0):
        marks.add("day_early")
    if zone.in_winter and local.astimezone(zone.in_winter).utcoffset() != local.utcoffset():
        marks.add("hour_early")
    return Ending(None, span.last, local.astimezone(UTC), zone.word, frozenset(marks), opens, old)


def _span(days: str, beside: Beside) -> Span:
    """Read the days; without a year they are the last of their names before the event."""
    try:
        if _HAS_YEAR.search(days):
            return read_span(days, beside.order)
        if beside.before is None:
            raise NoEnding(_("“%(words)s” has no year.", words=days))
        span = read_span(f"{days} {beside.before.year}", beside.order)
        if span.last <= beside.before:
            return span
        return read_span(f"{days} {beside.before.year - 1}", beside.order)
    except NoDate as wrong:
        raise NoEnding(str(wrong)) from wrong


def _short(words: str) -> str:
    return words.strip() if len(words) <= 40 else f"{words[:39].strip()}…"
