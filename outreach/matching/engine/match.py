"""Matches segments with events: finds the pairs worth a look, explains each, keeps them fresh."""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from outreach.catalog.series.edition_names import name_key
from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine import reasons as because
from outreach.matching.engine.evidence_on import EvidenceOn, series_key
from outreach.matching.engine.gates import cap_gate, clash_gate, conduct_gate, staffing_gate
from outreach.matching.engine.knowledge import FAINT, Knowledge
from outreach.matching.engine.open_source_events import SCENE_WORDS, named_scene
from outreach.matching.engine.score import asides, expected_score, score_known
from outreach.matching.engine.terms import (
    Aside,
    EventText,
    EvidenceRows,
    ExplainedMatch,
    Hit,
    Reason,
    SegmentText,
    Weights,
)
from outreach.matching.engine.text.event_texts import DocKey
from outreach.matching.engine.text.regions import is_regional
from outreach.matching.engine.text.series_index import Shelf, shelf_of

# Pairs kept for one segment; below the weakest of them nobody looks.
KEEP = 300
CERTAIN, HALF = 1.0, 0.5


class Engine:
    """Holds segments, events and evidence of one foundation as they stand on one day.

    Keeps for each segment its best pairs only, so memory grows with segments plus events,
    not with their product. Nothing about one event depends on the words of another, so a
    change is felt only where it happens.
    """

    def __init__(
        self,
        segments: Iterable[SegmentText],
        events: Iterable[EventText],
        evidence: EvidenceRows,
        *,
        as_of: date,
        gazetteer: Shelf | Iterable[SeriesRow] = (),
        weights: Weights | None = None,
        organisation: str = "",
        keep: int = KEEP,
    ) -> None:
        self.as_of = as_of
        self.weights = weights or Weights()
        self.keep = keep
        shelf = gazetteer if isinstance(gazetteer, Shelf) else shelf_of(gazetteer)
        self.known = Knowledge(shelf, EvidenceOn(evidence, as_of, organisation))
        self._events_of_doc: dict[DocKey, dict[str, None]] = defaultdict(dict)
        self._events_of_series: dict[str, dict[str, None]] = defaultdict(dict)
        self._hits: dict[str, dict[str, Hit]] = {}
        self._asides: dict[str, tuple[Aside, ...]] = {}
        self._going: dict[str, EventText] | None = None
        for event in events:
            self._index(event)
        for segment in segments:
            self.known.put_segment(segment)

    @property
    def segments(self) -> dict[str, SegmentText]:
        """Return the segments by slug."""
        return self.known.segments

    @property
    def events(self) -> dict[str, EventText]:
        """Return the events by key."""
        return self.known.events

    @property
    def ground(self) -> EvidenceOn:
        """Return the evidence that counts on this day."""
        return self.known.ground

    # What changes -----------------------------------------------------------------------

    def put_event(self, event: EventText) -> None:
        """Add or replace an event and match it with all segments."""
        self.drop_event(event.key)
        self._index(event)
        if self._decided_near(event.key):
            self._hits.clear()
        for slug, hits in self._hits.items():
            hits.update(self._hit(slug, [event.key]))

    def drop_event(self, key: str) -> None:
        """Take an event out, if it is there."""
        event = self.events.get(key)
        if event is None:
            return
        if self._decided_near(key):
            self._hits.clear()
        self._events_of_doc[self.known.drop_event(key)].pop(key, None)
        for series in {series_key(event), name_key(event.name)}:
            self._events_of_series[series].pop(key, None)
        for hits in self._hits.values():
            hits.pop(key, None)
        self._forget_decisions(key)

    def put_segment(self, segment: SegmentText) -> None:
        """Add or replace a segment; its matches are found again when asked for."""
        self.known.put_segment(segment)
        self._hits.pop(segment.slug, None)

    def drop_segment(self, slug: str) -> None:
        """Take a segment out."""
        self.known.drop_segment(slug)
        self._hits.pop(slug, None)

    def put_evidence(self, evidence: EvidenceRows, touched: Iterable[str] | None = None) -> None:
        """Replace all evidence; `touched` names the segments it concerns, None all of them."""
        before, decided = self.ground, self.ground.evidence.decisions
        same_day = before.as_of == self.as_of
        self.known.ground = (
            before.changed(evidence)
            if same_day
            else EvidenceOn(evidence, self.as_of, before.organisation)
        )
        if not same_day or evidence.decisions is not decided:
            self._asides.clear()
            self._going = None
        for slug in list(self.segments) if touched is None else touched:
            self._hits.pop(slug, None)

    def put_weights(self, weights: Weights) -> None:
        """Let other weights rule."""
        self.weights = weights
        self._hits.clear()

    def _index(self, event: EventText) -> None:
        self._events_of_doc[self.known.put_event(event)][event.key] = None
        for series in {series_key(event), name_key(event.name)}:
            self._events_of_series[series][event.key] = None
        self._forget_decisions(event.key)

    def _decided_near(self, key: str) -> bool:
        """Tell whether the event is a Go, which all events of its days feel."""
        decision = self.ground.decisions.get(key)
        return decision is not None and decision.state == "go"

    def _forget_decisions(self, key: str) -> None:
        if self._decided_near(key):
            self._asides.clear()
            self._going = None
        self._asides.pop(key, None)

    # What comes out ---------------------------------------------------------------------

    @property
    def going(self) -> dict[str, EventText]:
        """Return the events of this engine that are a Go, by date."""
        if self._going is None:
            keys = [key for key, row in self.ground.decisions.items() if row.state == "go"]
            going = [self.events[key] for key in keys if key in self.events]
            going.sort(key=lambda event: (event.starts, event.key))
            self._going = {event.key: event for event in going}
        return self._going

    def asides(self, key: str) -> tuple[Aside, ...]:
        """Return what the decisions about other events change for this one."""
        if key not in self._asides:
            self._asides[key] = asides(self.events[key], self.ground, self.going)
        return self._asides[key]

    def _reasons(self, slug: str, key: str) -> tuple[Reason, ...]:
        segment, event, weights = self.segments[slug], self.events[key], self.weights
        standing = self.known.standing(slug, key)
        return (
            because.community_reason(standing, weights),
            because.issue_reason(segment, standing, self.ground, weights),
            because.talk_reason(segment, event, self.ground, weights),
            because.local_reason(segment, event, self.ground, weights),
            because.cost_reason(event, self.ground, weights),
            because.recap_reason(event, self.ground, weights),
        )

    def match(self, slug: str, key: str) -> ExplainedMatch:
        """Return the match of a segment and an event with all reasons, gates and asides."""
        event, found, beside = self.events[key], self._reasons(slug, key), self.asides(key)
        return ExplainedMatch(
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
                clash_gate(event, self.ground, self.going),
            ),
            asides=beside,
        )

    def _hit(self, slug: str, keys: Iterable[str]) -> dict[str, Hit]:
        """Match a segment with these events, in short; leave out where it is not known to be."""
        hits = {}
        for key in keys:
            found = self._reasons(slug, key)
            if found[0].known:
                gains = sum(aside.gain for aside in self.asides(key))
                hits[key] = Hit(
                    segment=slug,
                    event=key,
                    score=score_known(found),
                    rank=expected_score(found, self.weights) + gains,
                    known=sum(reason.known for reason in found),
                    sentence=found[0].sentence,
                    gathers=found[0].points / found[0].weight if found[0].weight else 0.0,
                )
        return hits

    def hits(self, slug: str) -> list[Hit]:
        """Return the segment's matches worth a look, best first."""
        if slug not in self._hits:
            self._hits[slug] = self._hit(slug, self.candidates(slug))
        return sorted(self._hits[slug].values(), key=lambda hit: (-hit.rank, hit.event))

    def all_hits(self) -> list[Hit]:
        """Return the matches of all segments worth a look, segment by segment, best first."""
        return [hit for slug in self.segments for hit in self.hits(slug)]

    def candidates(self, slug: str) -> list[str]:
        """Find the events that words, gatherings or their place connect with a segment.

        Whether one is found depends on no other, so what is found among all events is found
        among the found ones.
        """
        found = dict.fromkeys(self.known.own, CERTAIN)
        for place in self.ground.gatherings.get(slug, {}):
            keys = [place] if place in self.events else self._events_of_series.get(place, {})
            found.update(dict.fromkeys(keys, CERTAIN))
        for key in self._at_home(slug):
            found.setdefault(key, HALF)
        for doc, raw in self.known.corpus.search(self.known.wanted(slug)).items():
            strength = self.known.corpus.strength(doc, raw)
            if strength >= FAINT:
                for key in self._events_of_doc.get(doc, ()):
                    found[key] = max(strength, found.get(key, 0.0))
        return heapq.nlargest(self.keep, found, key=lambda key: (found[key], key))

    def _at_home(self, slug: str) -> list[str]:
        """Return the events of the scene at the door of a region's people, or of who names it."""
        segment, known = self.segments[slug], self.known
        found: list[str] = []
        if is_regional(segment):
            found += [key for key, event in self.events.items() if known.home(segment, event)]
        if named_scene(segment):
            docs = known.corpus.carrying(SCENE_WORDS)
            keys = [key for doc in docs for key in self._events_of_doc.get(doc, ())]
            found += [key for key in keys if known.scene(segment, self.events[key]) >= HALF]
        return found
