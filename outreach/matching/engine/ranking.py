"""Which events are worth a foundation's time at all: the signs of all segments taken together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from math import hypot, log10

from outreach.calendars.clock import say_full_date
from outreach.matching.engine.community import SAID, either, reach, visits_worth
from outreach.matching.engine.evidence_on import series_key
from outreach.matching.engine.leaning import Leaning, leaning
from outreach.matching.engine.match import Engine
from outreach.matching.engine.open_source_events import SCENE_WORDS, scene
from outreach.matching.engine.terms import EventText, EvidenceRow, GatheringRow, PastVisit
from outreach.matching.engine.text.words import phrase, shown
from outreach.matching.engine.trips import neighbour_pairs

# How sure each sign makes us, where it is as strong as it can be.
OWN, VISITED, SAID_BY_ONE, ABOUT_US = 0.97, 0.93, 0.9, 0.7
WORDS, SCENE, KIN, NEAR = 0.7, 0.52, 0.4, 0.2
# Below this a neighbour is too unsure to speak for another.
SURE_NEIGHBOUR = 0.5
# A sign weaker than this is not worth a sentence.
WORTH_A_ROW = 0.1
# Of a series with many editions a year one goes to few; each counts for n to this power.
CROWD = -0.35
# Of the events of a year that are about the same first, the nth best counts for n to this power:
# less steeply where a segment names that subject, as its people go to several.
PLACE_NAMED, PLACE = -0.25, -0.5
# A series to which fewer come is of the scene only for those who live with Linux.
FAMOUS = 1500


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an event, each 0..1 and taken as a chance of its own."""

    own: float = 0.0
    visited: float = 0.0
    said: float = 0.0
    words: float = 0.0
    scene: float = 0.0
    kin: float = 0.0
    near: float = 0.0

    def worth(self) -> float:
        """Return the chance that at least one sign is right."""
        return either(getattr(self, sign.name) for sign in fields(self))


@dataclass(frozen=True, slots=True)
class RankedEvent:
    """An event with its worth 0..1, the signs behind it and the neighbour that lent some."""

    event: str
    worth: float
    signs: Signs
    neighbour: str | None = None


@dataclass
class Ranking:
    """Ranks all events of an engine; `without` names signs to leave out, for measuring."""

    engine: Engine
    without: frozenset[str] = frozenset()
    _centre: dict[str, float] = field(init=False)
    _places: list[tuple[PastVisit | GatheringRow, dict[str, float]]] = field(
        default_factory=list, init=False
    )
    _editions: Counter[tuple[str, int]] = field(init=False)
    _leaning: Leaning = field(init=False)
    _crowding: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        known = self.engine.known
        self._leaning = leaning(known.segments.values(), known.corpus.shelf.rarity)
        self._read_places()
        self._crowding = self._crowded()
        self._editions = Counter(_season(event) for event in self.engine.events.values())

    def ranked(self) -> list[RankedEvent]:
        """Return all events, the most worth first."""
        alone = {key: self.signs(event) for key, event in self.engine.events.items()}
        lent = {} if "near" in self.without else self._lent(alone)
        found = []
        for key, signs in alone.items():
            near, neighbour = lent.get(key, (0.0, None))
            full = replace(signs, near=near)
            found.append(RankedEvent(key, full.worth(), full, neighbour))
        events = self.engine.events
        return sorted(found, key=lambda r: (-r.worth, events[r.event].starts, r.event))

    def signs(self, event: EventText) -> Signs:
        """Return what speaks for an event by itself."""
        far = self._reach(event)
        chance = far * self._size(event)
        words = self._words(event)
        few = self._editions[_season(event)] ** (CROWD * (1.0 - words))
        lone = few * self._crowding.get(event.key, 1.0)
        signs = Signs(
            own=self._own(event),
            visited=VISITED * visits_worth(self.engine.ground.visits_of(event), event.starts),
            said=SAID_BY_ONE * self._said(event),
            words=WORDS * words * chance * lone,
            scene=SCENE
            * self._fame(event)
            * scene(event, self.engine.known.row(event), self._leaning.linux)
            * far
            * few,
            kin=KIN * self._kin(event) * chance * few,
        )
        return replace(signs, **{name: 0.0 for name in self.without if name != "near"})

    def _size(self, event: EventText) -> float:
        """Return a factor around 1 by how many people come: 100 → 0.81, 10,000 → 1.05."""
        row = self.engine.known.row(event)
        if row is None or not row.size:
            return 0.85
        return min(1.15, max(0.75, 0.75 + 0.12 * (log10(row.size) - 1.5)))

    def _fame(self, event: EventText) -> float:
        """Return how likely people of any project go there: 100 come → 0.4, 10,000 → 1.0.

        Small ones are where the people of distributions meet, whatever else they are about.
        """
        row = self.engine.known.row(event)
        size = row.size if row and row.size else 0
        fame = min(1.0, max(0.4, 0.4 + 0.3 * (log10(size) - 2.0))) if size else 0.5
        return fame if size >= FAMOUS else fame * self._leaning.linux

    def _reach(self, event: EventText) -> float:
        return max((reach(s, event) for s in self.engine.segments.values()), default=1.0)

    def _said(self, event: EventText) -> float:
        ground = self.engine.ground
        return either(
            SAID[row.kind] * (1.0 if place == 0 else 0.4) * (far if row.kind == "inferred" else 1.0)
            for slug, segment in self.engine.segments.items()
            for far in [reach(segment, event)]
            for place, row in enumerate(ground.gatherings_of(slug, event))
        )

    def _words(self, event: EventText) -> float:
        found = sorted(self.engine.known.words(slug, event.key) for slug in self.engine.segments)
        return either(0.6**place * words for place, words in enumerate(reversed(found)))

    def _crowded(self) -> dict[str, float]:
        """Return what each event keeps among those of its year that are about the same first.

        What is our own, or our own subject, or the scene at large keeps everything.
        """
        groups: dict[tuple[tuple[str, ...], int], list[tuple[float, str]]] = defaultdict(list)
        for key, event in self.engine.events.items():
            lead = self._lead(event)
            if lead:
                worth = self._words(event) * self._reach(event) * self._size(event)
                groups[lead, event.starts.year].append((-worth, key))
        segments = self.engine.segments.values()
        named = {phrase(text) for one in segments for text in (one.name, *one.keywords)}
        return {
            key: place ** (PLACE_NAMED if lead in named else PLACE)
            for (lead, _), group in groups.items()
            for place, (_, key) in enumerate(sorted(group), start=1)
        }

    def _lead(self, event: EventText) -> tuple[str, ...]:
        known = self.engine.known
        row = known.row(event)
        lead = phrase(row.about[0]) if row and row.about else ()
        ours = known.is_own(event) or not self._leaning.subjects.keys().isdisjoint(lead)
        return () if ours or SCENE_WORDS.issuperset(lead) else lead

    def _own(self, event: EventText) -> float:
        """Return how sure we can be that an event is ours, or of our own subject."""
        known = self.engine.known
        if known.is_own(event):
            return OWN
        shared = max((self._leaning.subjects[word] for word in self._subjects(event)), default=0.0)
        sure = max(1.0 * known.is_about_us(event), shared)
        return ABOUT_US * sure * self._reach(event) * self._size(event)

    def _subjects(self, event: EventText) -> list[str]:
        """Return the subjects that most segments share and the event is about, surest first."""
        grams, subjects = self.engine.known.doc(event.key).grams, self._leaning.subjects
        return sorted((w for w in subjects if w in grams), key=lambda w: (-subjects[w], w))

    def _read_places(self) -> None:
        """Keep the words of every series where we or our people are, and their centre.

        Each series counts as much as we are sure of it, however long its text.
        """
        known, centre = self.engine.known, defaultdict[str, float](float)
        for row, series, weight in known.ground.places():
            doc = known.corpus.docs[known.corpus.add_series(series)]
            length = _length(doc.grams.values())
            words = {gram: worth / length for gram, worth in doc.grams.items()}
            self._places.append((row, words))
            for gram, worth in words.items():
                centre[gram] += weight * worth
        length = _length(centre.values())
        self._centre = {gram: worth / length for gram, worth in centre.items()}

    def _kin(self, event: EventText) -> float:
        return self._likeness(event, self._centre)

    def _likeness(self, event: EventText, words: Mapping[str, float]) -> float:
        grams = self.engine.known.doc(event.key).grams
        shared = sum(worth * words.get(gram, 0.0) for gram, worth in grams.items())
        return shared / _length(grams.values())

    def rows(self, found: RankedEvent) -> list[EvidenceRow]:
        """Return the evidence of the signs that no segment's own reasons tell."""
        event, signs = self.engine.events[found.event], found.signs
        rows: list[EvidenceRow] = []
        if signs.visited >= WORTH_A_ROW:
            rows += self.engine.ground.visits_of(event)[:1]
        if signs.scene >= WORTH_A_ROW:
            sentence = f"{event.name} is an event of the open-source scene at large."
            source = "the list of event series" if self.engine.known.row(event) else "its own name"
            rows.append(EvidenceRow(sentence=sentence, source=source, url=event.url))
        if OWN > signs.own >= WORTH_A_ROW and self._subjects(event):
            rows.append(self._subject_row(event))
        if signs.kin >= WORTH_A_ROW and not signs.visited and not signs.said and self._places:
            rows.append(self._kin_row(event))
        if found.neighbour:
            rows.append(self._near_row(found.neighbour))
        return rows

    def _subject_row(self, event: EventText) -> EvidenceRow:
        word = self._subjects(event)[0]
        many, all_of_us = self._leaning.naming[word], len(self.engine.segments)
        sentence = (
            f"{event.name} is about {shown(word)}, which {many} of {all_of_us} segments name."
        )
        return EvidenceRow(
            sentence=sentence, source="the segments and what the event says", url=event.url
        )

    def _kin_row(self, event: EventText) -> EvidenceRow:
        like = max(self._places, key=lambda place: self._likeness(event, place[1]))[0]
        if isinstance(like, PastVisit):
            place = f"{like.name}, where we were in {like.starts:%Y}"
        else:
            maybe = "probably " if like.kind == "inferred" else ""
            place = f"{like.series}, where our people {maybe}gather"
        sentence = f"It is about much the same as {place}."
        return EvidenceRow(sentence=sentence, source=like.source, url=like.url, dated=like.dated)

    def _near_row(self, neighbour: str) -> EvidenceRow:
        other = self.engine.events[neighbour]
        sentence = f"One trip with {other.name}, {say_full_date(other.starts)} in {other.city}."
        return EvidenceRow(sentence=sentence, source="the dates and places of both", url=other.url)

    def _lent(self, alone: dict[str, Signs]) -> dict[str, tuple[float, str | None]]:
        """A sure event lends some of its worth to what happens beside it.

        Own events lend nothing, and neither does one record of an event to its double.
        """
        worths = {key: signs.worth() for key, signs in alone.items()}
        sure = {k for k, w in worths.items() if w >= SURE_NEIGHBOUR and alone[k].own < OWN}
        lent: dict[str, tuple[float, str | None]] = {}
        for one, other in neighbour_pairs(self.engine.events.values()):
            if series_key(one) == series_key(other):
                continue
            for giver, taker in ((one.key, other.key), (other.key, one.key)):
                gift = NEAR * worths[giver] * min(1.0, worths[taker] / 0.2)
                if giver in sure and gift > lent.get(taker, (0.0, None))[0]:
                    lent[taker] = (gift, giver)
        return lent


def _season(event: EventText) -> tuple[str, int]:
    return series_key(event), event.starts.year


def _length(worths: Iterable[float]) -> float:
    return hypot(*worths) or 1.0
