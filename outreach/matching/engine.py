"""Matches segments with events: finds the pairs worth a look, explains each, keeps them fresh."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from outreach.catalog.edition import name_key
from outreach.catalog.series import SeriesRow
from outreach.matching import reasons as because
from outreach.matching.community import (
    SAID,
    Marks,
    Standing,
    at_home,
    community_strength,
    reach,
    visit_worth,
    visits_worth,
)
from outreach.matching.gates import cap_gate, clash_gate, conduct_gate, staffing_gate
from outreach.matching.ground import Ground, carries, series_key
from outreach.matching.regions import is_regional
from outreach.matching.scene import scene
from outreach.matching.score import asides, expected_score, score_known
from outreach.matching.terms import (
    EventFacts,
    Evidence,
    Hit,
    Match,
    Reason,
    Row,
    Segment,
    Weights,
)
from outreach.matching.texts import Corpus, Doc, DocKey, segment_grams

# Pairs kept for one segment; below the weakest of them nobody looks.
KEEP = 400
# Words weaker than this say nothing.
FAINT = 0.08
# A word rarer than this among event series can be a foundation's own.
OWN_RARITY = 0.55


class Engine:
    """Holds segments, events and evidence of one foundation as they stand on one day.

    Keeps for each segment its best pairs only, so memory grows with segments plus events,
    not with their product. Nothing about one event depends on the words of another, so a
    change is felt only where it happens.
    """

    def __init__(
        self,
        segments: Iterable[Segment],
        events: Iterable[EventFacts],
        evidence: Evidence,
        *,
        as_of: date,
        gazetteer: Iterable[SeriesRow] = (),
        weights: Weights | None = None,
        organisation: str = "",
        keep: int = KEEP,
    ) -> None:
        self.as_of = as_of
        self.weights = weights or Weights()
        self.keep = keep
        self.corpus = Corpus(gazetteer)
        self.ground = Ground(evidence, as_of, organisation)
        self.segments: dict[str, Segment] = {}
        self.events: dict[str, EventFacts] = {}
        self._wanted: dict[str, dict[str, float]] = {}
        self._doc_of: dict[str, DocKey] = {}
        self._events_of_doc: dict[DocKey, dict[str, None]] = defaultdict(dict)
        self._events_of_series: dict[str, dict[str, None]] = defaultdict(dict)
        self._own: dict[str, None] = {}
        self._hits: dict[str, dict[str, Hit]] = {}
        for event in events:
            self._index(event)
        for segment in segments:
            self.segments[segment.slug] = segment
            self._wanted[segment.slug] = segment_grams(segment)

    def _index(self, event: EventFacts) -> None:
        self.events[event.key] = event
        doc = self.corpus.add(event)
        self._doc_of[event.key] = doc
        self._events_of_doc[doc][event.key] = None
        for key in {series_key(event), name_key(event.name)}:
            self._events_of_series[key][event.key] = None
        if self.is_own(event):
            self._own[event.key] = None

    def _forget(self, key: str) -> None:
        event = self.events.pop(key, None)
        if event is None:
            return
        self._events_of_doc[self._doc_of.pop(key)].pop(key, None)
        for series in {series_key(event), name_key(event.name)}:
            self._events_of_series[series].pop(key, None)
        self._own.pop(key, None)
        for hits in self._hits.values():
            hits.pop(key, None)

    # What changes -----------------------------------------------------------------------

    def put_event(self, event: EventFacts) -> None:
        """Add or replace an event and match it with all segments."""
        self._forget(event.key)
        self._index(event)
        for slug, hits in self._hits.items():
            if self.standing(slug, event.key).rows:
                hits[event.key] = self._hit(slug, event.key)

    def drop_event(self, key: str) -> None:
        """Take an event out."""
        self._forget(key)

    def put_segment(self, segment: Segment) -> None:
        """Add or replace a segment; its matches are found again when asked for."""
        self.segments[segment.slug] = segment
        self._wanted[segment.slug] = segment_grams(segment)
        self._hits.pop(segment.slug, None)

    def drop_segment(self, slug: str) -> None:
        """Take a segment out."""
        self.segments.pop(slug, None)
        self._wanted.pop(slug, None)
        self._hits.pop(slug, None)

    def put_evidence(self, evidence: Evidence, touched: Iterable[str] | None = None) -> None:
        """Replace all evidence; `touched` names the segments it concerns, None all of them."""
        self.ground = Ground(evidence, self.as_of, self.ground.organisation)
        for slug in self.segments if touched is None else touched:
            self._hits.pop(slug, None)

    # What is known ----------------------------------------------------------------------

    def is_own(self, event: EventFacts) -> bool:
        """Tell whether the event carries the foundation's name or is organised by it.

        A name that many series carry is a subject ("Python"), not a sign of one's own.
        """
        rare = frozenset(w for w in self.ground.own_words if self.corpus.rarity(w) >= OWN_RARITY)
        row = self.corpus.row(event.series)
        names = [event.name, row.organiser if row and row.organiser else ""]
        return any(carries(name, rare) for name in names)

    def is_about_us(self, event: EventFacts) -> bool:
        """Tell whether the foundation's own subject is among what the event is about."""
        return not self.ground.own_words.isdisjoint(self.doc(event.key).grams)

    def wanted(self, slug: str) -> Mapping[str, float]:
        """Return the weighed words of a segment."""
        return self._wanted[slug]

    def doc(self, key: str) -> Doc:
        """Return the weighed words of an event."""
        return self.corpus.docs[self._doc_of[key]]

    def words(self, slug: str, key: str) -> float:
        """Return how strongly the segment's words occur in what the event says, 0..1."""
        doc = self._doc_of[key]
        grams, wanted = self.corpus.docs[doc].grams, self._wanted[slug]
        raw = sum(worth * wanted[gram] for gram, worth in grams.items() if gram in wanted)
        return self.corpus.strength(doc, raw) if raw else 0.0

    def _marks(self, slug: str, event: EventFacts) -> Marks:
        segment = self.segments[slug]
        home = scene(event, self.corpus.row(event.series)) if at_home(segment, event) else 0.0
        return Marks(
            words=self.words(slug, event.key),
            visits=visits_worth(self.ground.visits_of(event), event.starts),
            reach=reach(segment, event),
            own=event.key in self._own,
            home=home,
        )

    def standing(self, slug: str, key: str) -> Standing:
        """Return how surely the segment gathers at the event, with the rows that say so."""
        event = self.events[key]
        said, marks = self.ground.gatherings_of(slug, event), self._marks(slug, event)
        strength = community_strength(said, marks)
        if strength < FAINT:
            return Standing(0.0)
        rows: list[tuple[float, Row]] = [(SAID[row.kind], row) for row in said]
        rows += [
            (marks.from_visits(visit_worth(row, event.starts)), row)
            for row in self.ground.visits_of(event)
        ]
        rows.append((marks.from_words, self._words_row(slug, event)))
        rows.append((marks.from_home, self._home_row(event)))
        rows.append((marks.from_own, self._own_row(event)))
        telling = sorted((pair for pair in rows if pair[0] > 0.02), key=lambda pair: -pair[0])
        return Standing(strength, tuple(row for _, row in telling))

    def _words_row(self, slug: str, event: EventFacts) -> Row:
        shared = self.corpus.shared(event, self._wanted[slug])
        row = self.corpus.row(event.series)
        listing = " and ".join(filter(None, [", ".join(shared[:-1]), *shared[-1:]]))
        source = "the list of event series" if row else "the event's own name and topics"
        url = event.url or (row.url if row else None)
        return Row(sentence=f"{event.name} is about {listing}.", source=source, url=url)

    def _home_row(self, event: EventFacts) -> Row:
        sentence = f"{event.name} is an open-source event in {event.country}."
        return Row(sentence=sentence, source="the event's name, topics and place", url=event.url)

    def _own_row(self, event: EventFacts) -> Row:
        sentence = f"{event.name} is an event of our own."
        return Row(sentence=sentence, source="the event's own name", url=event.url)

    # What comes out ---------------------------------------------------------------------

    @property
    def going(self) -> dict[str, EventFacts]:
        """Return the events of this engine that are a Go."""
        keys = [key for key, row in self.ground.decisions.items() if row.state == "go"]
        return {key: self.events[key] for key in keys if key in self.events}

    def _reasons(self, slug: str, key: str) -> tuple[Reason, ...]:
        segment, event, weights = self.segments[slug], self.events[key], self.weights
        standing = self.standing(slug, key)
        return (
            because.community_reason(standing, weights),
            because.issue_reason(segment, standing, self.ground, weights),
            because.talk_reason(segment, event, self.ground, weights),
            because.local_reason(segment, event, self.ground, weights),
            because.cost_reason(event, self.ground, weights),
            because.recap_reason(event, self.ground, weights),
        )

    def match(self, slug: str, key: str) -> Match:
        """Return the match of a segment and an event with all reasons, gates and asides."""
        event, going = self.events[key], self.going
        found = self._reasons(slug, key)
        beside = asides(event, self.ground, going)
        return Match(
            segment=slug,
            event=key,
            score=score_known(found),
            rank=expected_score(found, self.weights) + sum(aside.gain for aside in beside),
            points=round(sum(reason.points for reason in found), 1),
            known_weight=sum(reason.weight for reason in found if reason.known),
            total_weight=sum(reason.weight for reason in found),
            reasons=found,
            gates=(
                conduct_gate(event),
                staffing_gate(event, self.ground),
                cap_gate(event, self.ground),
                clash_gate(event, self.ground, going),
            ),
            asides=beside,
        )

    def _hit(self, slug: str, key: str) -> Hit:
        found = self._reasons(slug, key)
        gains = sum(aside.gain for aside in asides(self.events[key], self.ground, self.going))
        best = max(found, key=lambda reason: reason.points)
        return Hit(
            segment=slug,
            event=key,
            score=score_known(found),
            rank=expected_score(found, self.weights) + gains,
            known=sum(reason.known for reason in found),
            sentence=best.sentence,
        )

    def hits(self, slug: str) -> list[Hit]:
        """Return the segment's matches worth a look, best first."""
        if slug not in self._hits:
            keys = self._candidates(slug)
            self._hits[slug] = {key: self._hit(slug, key) for key in keys}
        return sorted(self._hits[slug].values(), key=lambda hit: (-hit.rank, hit.event))

    def all_hits(self) -> list[Hit]:
        """Return the matches of all segments worth a look, segment by segment, best first."""
        return [hit for slug in self.segments for hit in self.hits(slug)]

    def _candidates(self, slug: str) -> list[str]:
        """Find the events that words, gatherings or visits connect with a segment."""
        sure = dict.fromkeys(self._own, 1.0)
        for place in self.ground.gatherings.get(slug, {}):
            keys = self._events_of_series.get(place, {})
            sure.update(dict.fromkeys([place] if place in self.events else keys, 1.0))
        if is_regional(self.segments[slug]):
            sure.update(dict.fromkeys(self._at_home(slug), 0.5))
        strengths = self._by_words(slug)
        for key, strength in strengths.items():
            sure.setdefault(key, strength)
        return heapq.nlargest(self.keep, sure, key=lambda key: (sure[key], key))

    def _at_home(self, slug: str) -> list[str]:
        segment = self.segments[slug]
        return [
            key
            for key, event in self.events.items()
            if at_home(segment, event) and scene(event, self.corpus.row(event.series))
        ]

    def _by_words(self, slug: str) -> Mapping[str, float]:
        raw = self.corpus.search(self._wanted[slug])
        return {
            key: strength
            for doc, value in raw.items()
            if (strength := self.corpus.strength(doc, value)) >= FAINT
            for key in self._events_of_doc.get(doc, ())
        }
