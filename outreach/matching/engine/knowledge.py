"""What words, places and evidence say about a segment at an event, before it is weighed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.community import (
    Marks,
    Presence,
    at_home,
    community_strength,
    reach,
    said_worth,
    visit_worth,
    visits_worth,
)
from outreach.matching.engine.evidence_on import EvidenceOn, carries
from outreach.matching.engine.open_source_events import named_scene, scene
from outreach.matching.engine.terms import EventText, EvidenceRow, SegmentText
from outreach.matching.engine.text.event_texts import Corpus, Doc, DocKey, segment_grams
from outreach.matching.engine.text.series_index import Shelf

# Where all signs together are weaker than this, nothing is known.
FAINT = 0.15
# A sign weaker than this is not worth a row.
TELLING = 0.02
# A word rarer than this among event series can be a foundation's own.
OWN_RARITY = 0.55
# How much festivals of Linux matter to those who name open source and not Linux.
NO_LINUX = 0.6


class Knowledge:
    """Segments, events and their words, with the evidence of one day."""

    def __init__(self, shelf: Shelf, ground: EvidenceOn) -> None:
        self.ground = ground
        self.corpus = Corpus(shelf)
        self.segments: dict[str, SegmentText] = {}
        self.events: dict[str, EventText] = {}
        self.own: set[str] = set()
        self._wanted: dict[str, Mapping[str, float]] = {}
        self._doc_of: dict[str, DocKey] = {}
        self._without_programme: dict[str, DocKey] = {}
        self._listings: dict[str, dict[DocKey, str]] = {}

    def put_segment(self, segment: SegmentText) -> None:
        """Add or replace a segment."""
        self.segments[segment.slug] = segment
        self._wanted[segment.slug] = segment_grams(segment, self.corpus.shelf)
        self._listings.pop(segment.slug, None)

    def drop_segment(self, slug: str) -> None:
        """Take a segment out."""
        self.segments.pop(slug, None)
        self._wanted.pop(slug, None)
        self._listings.pop(slug, None)

    def put_event(self, event: EventText) -> DocKey:
        """Add or replace an event; return the key of what it says."""
        self.events[event.key] = event
        self._doc_of[event.key] = self.corpus.add(event)
        if event.programme:
            bare = self.corpus.add(replace(event, programme=""))
            self._without_programme[event.key] = bare
        if self.is_own(event):
            self.own.add(event.key)
        return self._doc_of[event.key]

    def drop_event(self, key: str) -> DocKey:
        """Take an event out; return the key of what it said."""
        del self.events[key]
        self.own.discard(key)
        self._without_programme.pop(key, None)
        return self._doc_of.pop(key)

    def row(self, event: EventText) -> SeriesRow | None:
        """Return what the gazetteer knows about the event's series."""
        return self.corpus.shelf.row(event.series)

    def doc(self, key: str) -> Doc:
        """Return the weighed words of an event."""
        return self.corpus.docs[self._doc_of[key]]

    def wanted(self, slug: str) -> Mapping[str, float]:
        """Return the weighed words of a segment."""
        return self._wanted[slug]

    def words(self, slug: str, key: str) -> float:
        """Return how strongly the segment's words occur in what the event says, 0..1.

        A long programme is mostly about other things; that takes nothing from what the event
        says without it.
        """
        docs = [self._doc_of[key]]
        if key in self._without_programme:
            docs.append(self._without_programme[key])
        return max(self._strength(doc, self._wanted[slug]) for doc in docs)

    def _strength(self, doc: DocKey, wanted: Mapping[str, float]) -> float:
        raw = self.corpus.compare(doc, wanted)
        return self.corpus.strength(doc, raw) if raw else 0.0

    def is_own(self, event: EventText) -> bool:
        """Tell whether the event carries the foundation's name or is organised by it.

        A name that many series carry is a subject ("Python"), not a sign of one's own.
        """
        row = self.row(event)
        names = [event.name, row.organiser if row and row.organiser else ""]
        return any(carries(name, self._rare_words) for name in names)

    @cached_property
    def _rare_words(self) -> frozenset[str]:
        words = self.ground.own_words
        return frozenset(word for word in words if self.corpus.rarity(word) >= OWN_RARITY)

    def is_about_us(self, event: EventText) -> bool:
        """Tell whether the foundation's own subject is among what the event is about."""
        return not self.ground.own_words.isdisjoint(self.doc(event.key).grams)

    def marks(self, slug: str, event: EventText) -> Marks:
        """Return what is known about a segment at an event, each sign 0..1."""
        segment = self.segments[slug]
        return Marks(
            words=self.words(slug, event.key),
            visits=visits_worth(self.ground.visits_of(event), event.starts),
            reach=reach(segment, event),
            own=event.key in self.own,
            home=self.home(segment, event),
            scene=self.scene(segment, event),
        )

    def home(self, segment: SegmentText, event: EventText) -> float:
        """Return how far an event is of the open-source scene at the door of a region's people."""
        near = at_home(segment, event)
        return near * scene(event, self.row(event)) if near else 0.0

    def scene(self, segment: SegmentText, event: EventText) -> float:
        """Return how far an event is of the scene, large ones more, if the segment names it."""
        named = named_scene(segment)
        if not named:
            return 0.0
        linux = 1.0 if "linux" in named else NO_LINUX
        return scene(event, self.row(event), linux) * self.doc(event.key).trust

    def standing(self, slug: str, key: str) -> Presence:
        """Return how surely the segment gathers at the event, with the rows that say so."""
        event = self.events[key]
        said, marks = self.ground.gatherings_of(slug, event), self.marks(slug, event)
        strength = community_strength(said, marks)
        if strength < FAINT:
            return Presence(0.0)
        rows: list[tuple[float, EvidenceRow]] = [(said_worth(row, marks), row) for row in said]
        for visit in self.ground.visits_of(event):
            rows.append((marks.from_visits(visit_worth(visit, event.starts)), visit))
        if marks.from_words >= TELLING:
            rows.append((marks.from_words, self._words_row(slug, event)))
        if marks.home:
            rows.append((marks.from_home, self._home_row(event)))
        if marks.from_scene > marks.from_home:
            rows.append((marks.from_scene, self._scene_row(event)))
        if marks.own:
            rows.append((marks.from_own, self._own_row(event)))
        telling = sorted((pair for pair in rows if pair[0] >= TELLING), key=lambda pair: -pair[0])
        return Presence(strength, tuple(row for _, row in telling))

    def _words_row(self, slug: str, event: EventText) -> EvidenceRow:
        row = self.row(event)
        listing = self._listing(slug, self._doc_of[event.key], event)
        source = "the list of event series" if row else "the event's own name and topics"
        source += " and its programme" if event.programme else ""
        url = event.url or (row.url if row else None)
        return EvidenceRow(sentence=f"{event.name} is about {listing}.", source=source, url=url)

    def _listing(self, slug: str, doc: DocKey, event: EventText) -> str:
        """Write what a segment finds in a text; kept, as all editions of a series share it."""
        kept = self._listings.setdefault(slug, {})
        if doc not in kept:
            shared = self.corpus.shared(doc, event, self._wanted[slug])
            kept[doc] = " and ".join(filter(None, [", ".join(shared[:-1]), *shared[-1:]]))
        return kept[doc]

    def _home_row(self, event: EventText) -> EvidenceRow:
        sentence = f"{event.name} is an open-source event in {event.country}."
        return EvidenceRow(
            sentence=sentence, source="the event's name, topics and place", url=event.url
        )

    def _scene_row(self, event: EventText) -> EvidenceRow:
        sentence = f"{event.name} is an event of open source, which this segment names."
        source = "the list of event series" if self.row(event) else "the event's name and topics"
        return EvidenceRow(sentence=sentence, source=source, url=event.url)

    def _own_row(self, event: EventText) -> EvidenceRow:
        sentence = f"{event.name} is an event of our own."
        return EvidenceRow(sentence=sentence, source="the event's own name", url=event.url)
