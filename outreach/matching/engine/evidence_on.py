"""The evidence as it stood on one day, laid out so that a match finds its rows at once."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import Field, dataclass, field, fields
from datetime import date
from typing import Any, TypeVar

from outreach.catalog.series.edition_names import name_key, word_set
from outreach.matching.engine.community import SAID, visits_worth
from outreach.matching.engine.terms import (
    Cost,
    EventText,
    EvidenceRow,
    EvidenceRows,
    GatheringRow,
    LiveIssue,
    LocalPerson,
    Means,
    OtherDecision,
    PastVisit,
    Recap,
    TalkEvidence,
)
from outreach.matching.engine.text.lexicon import BROAD_WORDS
from outreach.matching.engine.text.words import compound_words, is_empty, phrase

AnyRow = TypeVar("AnyRow", bound=EvidenceRow)
# What a gathering says about where else to go, beside a visit.
SAID_TO_VISIT = 0.6
# Words of an organisation's name that are not its own.
_FORM_WORDS = word_set(
    "foundation the os project e v ev inc association software community linux opensource org"
    " group of for ltd gmbh stichting conservancy alliance initiative consortium committee council"
    " institute society center centre"
)


def still_counts(row: EvidenceRow, as_of: date) -> bool:
    """Tell whether a row was known on the day of the match; undated rows always were."""
    return row.dated is None or row.dated <= as_of


@dataclass
class EvidenceOn:
    """Rows by what they speak of; rows that came after `as_of` are not in it."""

    evidence: EvidenceRows
    as_of: date
    organisation: str = ""
    gatherings: dict[str, dict[str, list[GatheringRow]]] = field(init=False)
    attendances: dict[str, list[PastVisit]] = field(init=False)
    issues: dict[str, list[LiveIssue]] = field(init=False)
    talks: dict[str, list[TalkEvidence]] = field(init=False)
    people: dict[str, list[LocalPerson]] = field(init=False)
    costs: dict[str, list[Cost]] = field(init=False)
    recaps: dict[str, list[Recap]] = field(init=False)
    decisions: dict[str, OtherDecision] = field(init=False)
    means: dict[str, list[Means]] = field(init=False)
    own_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lay_out(fields(EvidenceRows))
        self.own_words = own_name_words(self.organisation)

    def changed(self, evidence: EvidenceRows) -> "EvidenceOn":
        """Return the ground with other evidence; only what is not the same is laid out anew."""
        fresh = copy(self)
        fresh.evidence = evidence
        fresh._lay_out(
            kind
            for kind in fields(EvidenceRows)
            if getattr(evidence, kind.name) is not getattr(self.evidence, kind.name)
        )
        return fresh

    def _lay_out(self, kinds: Iterable[Field[Any]]) -> None:
        for kind in kinds:
            getattr(self, f"_lay_out_{kind.name}")(getattr(self.evidence, kind.name))

    def _lay_out_gatherings(self, rows: Iterable[GatheringRow]) -> None:
        self.gatherings = defaultdict(lambda: defaultdict(list))
        for row in self._kept(rows):
            place = row.event or _series_key(row.series or "")
            self.gatherings[row.segment][place].append(row)

    def _lay_out_attendances(self, rows: Iterable[PastVisit]) -> None:
        self.attendances = defaultdict(list)
        for visit in self._kept(rows):
            if visit.starts <= self.as_of:
                self.attendances[_series_key(visit.series)].append(visit)

    def _lay_out_issues(self, rows: Iterable[LiveIssue]) -> None:
        self.issues = self._by(rows, "segment")
        for own in self.issues.values():
            own.sort(key=_issue_order)

    def _lay_out_talks(self, rows: Iterable[TalkEvidence]) -> None:
        self.talks = self._by(rows, "event")

    def _lay_out_people(self, rows: Iterable[LocalPerson]) -> None:
        self.people = self._by(rows, "event")
        for near in self.people.values():
            near.sort(key=lambda row: (row.km, row.name))

    def _lay_out_costs(self, rows: Iterable[Cost]) -> None:
        self.costs = self._by(rows, "event")

    def _lay_out_recaps(self, rows: Iterable[Recap]) -> None:
        self.recaps = defaultdict(list)
        for recap in self._kept(rows):
            self.recaps[_series_key(recap.series)].append(recap)

    def _lay_out_decisions(self, rows: Iterable[OtherDecision]) -> None:
        self.decisions = {row.event: row for row in self._kept(rows)}

    def _lay_out_means(self, rows: Iterable[Means]) -> None:
        self.means = self._by(rows, "event")

    def _kept(self, rows: Iterable[AnyRow]) -> list[AnyRow]:
        return [row for row in rows if still_counts(row, self.as_of)]

    def _by(self, rows: Iterable[AnyRow], key: str) -> dict[str, list[AnyRow]]:
        table: dict[str, list[AnyRow]] = defaultdict(list)
        for row in self._kept(rows):
            table[getattr(row, key)].append(row)
        return table

    def gatherings_of(self, segment: str, event: EventText) -> list[GatheringRow]:
        """Return the rows that say this segment is at this event or at its series."""
        own = self.gatherings.get(segment)
        if not own:
            return []
        keys = dict.fromkeys([event.key, series_key(event), name_key(event.name)])
        return [row for key in keys for row in own.get(key, ())]

    def places(self) -> list[tuple[PastVisit | GatheringRow, str, float]]:
        """Return each series where we were or our people gather, 0..1 how surely.

        What somebody says weighs less than having been there.
        """
        found: list[tuple[PastVisit | GatheringRow, str, float]] = []
        for visits in self.attendances.values():
            latest = max(visits, key=lambda visit: visit.starts)
            found.append((latest, latest.series, visits_worth(visits, self.as_of)))
        for rows in self.gatherings.values():
            found += [
                (said[0], said[0].series, SAID_TO_VISIT * SAID[said[0].kind])
                for said in rows.values()
                if said[0].series
            ]
        return found

    def visits_of(self, event: EventText) -> list[PastVisit]:
        """Return our earlier visits to the series of an event, the latest first."""
        keys = dict.fromkeys([series_key(event), name_key(event.name)])
        found = [row for key in keys for row in self.attendances.get(key, ())]
        earlier = [row for row in found if row.starts < event.starts]
        return sorted(earlier, key=lambda row: row.starts, reverse=True)

    def recaps_of(self, event: EventText) -> list[Recap]:
        """Return the recaps of earlier editions, the latest first."""
        found = self.recaps.get(series_key(event), [])
        return sorted(found, key=lambda row: row.dated or date.min, reverse=True)


def _issue_order(row: LiveIssue) -> tuple[float, int, str]:
    newest = -row.dated.toordinal() if row.dated else 0
    return -row.strength, newest, row.key


def own_name_words(organisation: str) -> frozenset[str]:
    """Return the words of an organisation's name that nobody else has."""
    return frozenset(
        word
        for word in phrase(organisation)
        if len(word) > 2 and not (is_empty(word) or word in _FORM_WORDS or word in BROAD_WORDS)
    )


def carries(name: str, own_words: frozenset[str]) -> bool:
    """Tell whether a name holds one of these words, alone or before "con", "fest" or "day"."""
    words = set(phrase(name)) | compound_words(name)
    return not own_words.isdisjoint(words)


def series_key(event: EventText) -> str:
    """Return the key under which rows about all editions of an event are kept."""
    return _series_key(event.series or event.name)


def _series_key(series: str) -> str:
    return name_key(series)
