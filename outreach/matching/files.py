"""Matches files of segments, events and history with each other, without a database."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from outreach.calendars.clock import say_full_date
from outreach.catalog.series.edition_names import is_edition_detail, name_key, name_words
from outreach.catalog.series.known import SeriesIndex, SeriesRow, read_series
from outreach.matching.engine.evidence_on import still_counts
from outreach.matching.engine.match import Engine
from outreach.matching.engine.ranking import RankedEvent, Ranking
from outreach.matching.engine.terms import (
    EventText,
    EvidenceRows,
    GatheringRow,
    PastVisit,
    SegmentText,
)
from outreach.refusal import Refused

Read = TypeVar("Read")
# So many segments of an event say their sentence.
MOST_SEGMENTS = 5
_SAYS = {
    "stated": "People of {segment} gather at {event}, as the segment states.",
    "inferred": "People of {segment} probably gather at {event}: inferred, not stated.",
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the files hold, read but not yet matched."""

    segments: tuple[SegmentText, ...]
    events: tuple[EventText, ...]
    evidence: EvidenceRows
    organisation: str = ""
    gazetteer: tuple[SeriesRow, ...] = field(default=())


def read_inputs(
    segments: Path,
    events: Path,
    history: Path | None,
    gazetteer: Sequence[SeriesRow] | None = None,
    as_of: date = date.max,
) -> Inputs:
    """Read the files; a row that cannot be read is refused with its number and the reason.

    What is dated after `as_of` is left out: not even the name of a series is learnt from it.
    """
    rows = tuple(read_series() if gazetteer is None else gazetteer)
    groups = _rows(segments, _segment)
    visits = [row for row in _rows(history, _visit) if row.starts <= as_of] if history else []
    said_rows = [row for _, said in groups for row in said if still_counts(row, as_of)]
    named = [row.series for row in said_rows if row.series]
    known = SeriesIndex(rows)
    own = [SeriesRow(n) for n in [*named, *(v.series for v in visits)] if not known.find(n)]
    index = SeriesIndex([*rows, *own])
    families = _Families(rows)
    gatherings = [
        edition
        for row in said_rows
        for edition in (*_of_series(row, index), *families.others(row, index))
    ]
    return Inputs(
        segments=tuple(segment for segment, _ in groups),
        events=tuple(
            replace(event, key=f"{number:06}")
            for number, event in enumerate(_rows(events, lambda row: _event(row, index)), start=1)
        ),
        evidence=EvidenceRows(
            gatherings=tuple(gatherings),
            attendances=tuple(replace(v, series=index.find(v.series) or v.series) for v in visits),
        ),
        organisation=next((str(row.get("organisation") or "") for row in _load(segments)), ""),
        gazetteer=rows,
    )


def _of_series(row: GatheringRow, index: SeriesIndex) -> list[GatheringRow]:
    """Read a gathering as one of all editions of its series.

    Where it names one edition only ("Day: Tokyo"), it stays with that one, and the other
    editions of the series follow from it less surely.
    """
    series = index.find(row.series or "")
    known = index.row(series) if series else None
    if known is None:
        return [row]
    if name_key(row.series or "") in {name_key(name) for name in known.names}:
        return [replace(row, series=series)]
    return [row, replace(row, series=series, kind="inferred")]


class _Families:
    """Knows the regional series of one name: "KubeCon Europe" and "KubeCon India" of "KubeCon"."""

    def __init__(self, rows: Sequence[SeriesRow]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for row in rows:
            words = name_words(row.name)
            for end in range(1, len(words)):
                if is_edition_detail(words[end:]):
                    self._by_name.setdefault("".join(words[:end]), []).append(row.name)

    def others(self, row: GatheringRow, index: SeriesIndex) -> list[GatheringRow]:
        """Return what a gathering named without its region says of the regional series.

        What is only inferred is not carried further.
        """
        if row.kind != "stated":
            return []
        said = row.series or ""
        key = name_key(index.find(said) or said)
        return [replace(row, series=n, kind="inferred") for n in self._by_name.get(key, ())]


def _load(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}.") from error
    if not isinstance(rows, list):
        raise Refused(f"{path} does not hold a list of rows.")
    return rows


def _rows(path: Path, read: Callable[[dict[str, Any]], Read]) -> list[Read]:
    found = []
    for number, row in enumerate(_load(path), start=1):
        try:
            if not isinstance(row, dict):
                raise Refused("it is not an object")
            found.append(read(row))
        except Refused as refusal:
            raise Refused(f"{path}, row {number}: {refusal.sentence}.") from refusal
    return found


def _text(row: dict[str, Any], key: str, needed: bool = False) -> str:
    value = row.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Refused(f"“{key}” is missing" if value in (None, "") else f"“{key}” is not a text")
    return value.strip()


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(f"“{key}” is not a list of texts")
    return tuple(value)


def _day(row: dict[str, Any], key: str, needed: bool = True) -> date | None:
    text = _text(row, key, needed)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise Refused(f"“{key}” is not a date like 2024-07-25: {text}") from error


def _needed_day(row: dict[str, Any], key: str) -> date:
    day = _day(row, key)
    if day is None:
        raise Refused(f"“{key}” is missing")
    return day


def _segment(row: dict[str, Any]) -> tuple[SegmentText, list[GatheringRow]]:
    segment = SegmentText(
        slug=_text(row, "slug", needed=True),
        name=_text(row, "name", needed=True),
        summary=_text(row, "summary"),
        keywords=_texts(row, "keywords"),
        projects=_texts(row, "upstreamProjects"),
        software=_texts(row, "software"),
        regions=_texts(row, "regions"),
    )
    said = row.get("gathers") or []
    if not isinstance(said, list):
        raise Refused("“gathers” is not a list")
    return segment, [_numbered(segment, number, item) for number, item in enumerate(said, start=1)]


def _numbered(segment: SegmentText, number: int, row: Any) -> GatheringRow:
    try:
        return _gathering(segment, row)
    except Refused as refusal:
        raise Refused(f"row {number} of “gathers”: {refusal.sentence}") from refusal


def _gathering(segment: SegmentText, row: Any) -> GatheringRow:
    """Read where a segment gathers: at an “event” or, said in another word, a “series”."""
    if not isinstance(row, dict):
        raise Refused("it is not an object")
    event, kind = _text(row, "event") or _text(row, "series"), _text(row, "evidence") or "stated"
    if not event:
        raise Refused("neither “event” nor “series” is given")
    if kind not in _SAYS:
        raise Refused(f"“evidence” is neither stated nor inferred: {kind}")
    return GatheringRow(
        segment=segment.slug,
        series=event,
        kind="stated" if kind == "stated" else "inferred",
        sentence=_SAYS[kind].format(segment=segment.name, event=event),
        source=_text(row, "source") or "the segments file",
        url=_text(row, "url") or None,
        dated=_day(row, "date", needed=False),
    )


def _event(row: dict[str, Any], index: SeriesIndex) -> EventText:
    name, starts = _text(row, "name", needed=True), _needed_day(row, "startDate")
    ends = _day(row, "endDate", needed=False) or starts
    if ends < starts:
        raise Refused("it ends before it starts")
    url, city = _text(row, "url") or None, _text(row, "city") or None
    online = row.get("online")
    return EventText(
        key=name,
        name=name,
        starts=starts,
        ends=ends,
        series=index.find(name, url, city),
        city=city,
        country=_text(row, "country") or None,
        online=online if isinstance(online, bool) else None,
        topics=_texts(row, "topics"),
        languages=tuple(code.strip().upper() for code in _text(row, "locales").split(",") if code),
        url=url,
        conduct_url=_text(row, "cocUrl") or None,
    )


def _visit(row: dict[str, Any]) -> PastVisit:
    name, starts = _text(row, "event", needed=True), _needed_day(row, "startDate")
    status, done = _text(row, "status") or "attended", _texts(row, "activities")
    what = f" ({', '.join(done)})" if done else ""
    verb = "We were at" if status == "attended" else "We planned to be at"
    return PastVisit(
        series=name,
        name=name,
        starts=starts,
        activities=done,
        status=status,
        sentence=f"{verb} {name} on {say_full_date(starts)}{what}.",
        source="the history file",
        dated=starts,
    )


def match_files(
    inputs: Inputs, as_of: date, first: date, last: date, without: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Return the events between two days, best first, with scores and sentences.

    `score` 0..100 is what the event is worth to the foundation; `segments` holds each
    segment's own score over what is known of it.
    """
    window = [event for event in inputs.events if first <= event.starts <= last]
    engine = Engine(
        inputs.segments,
        window,
        inputs.evidence,
        as_of=as_of,
        gazetteer=inputs.gazetteer,
        organisation=inputs.organisation,
        keep=max(1, len(window)),
    )
    scores: dict[str, dict[str, tuple[float, str]]] = {}
    for hit in engine.all_hits():
        if hit.score is not None:
            scores.setdefault(hit.event, {})[hit.segment] = (hit.score, hit.sentence)
    ranking = Ranking(engine, without)
    return [_result(ranking, found, scores.get(found.event, {})) for found in ranking.ranked()]


def _result(
    ranking: Ranking, found: RankedEvent, scores: dict[str, tuple[float, str]]
) -> dict[str, Any]:
    engine, event = ranking.engine, ranking.engine.events[found.event]
    best = sorted(scores.items(), key=lambda item: (-item[1][0], item[0]))
    told = [_named(engine.segments[slug].name, said) for slug, (_, said) in best[:MOST_SEGMENTS]]
    told += [row.sentence for row in ranking.rows(found)]
    return {
        "name": event.name,
        "startDate": event.starts.isoformat(),
        "url": event.url,
        "score": round(100 * found.worth, 1),
        "segments": {slug: score for slug, (score, _) in best},
        "reasons": list(dict.fromkeys(told)),
    }


def _named(segment: str, sentence: str) -> str:
    return sentence if segment in sentence else f"{segment}: {sentence}"
