"""Which events are worth a foundation's time at all: the signs of all segments taken together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from math import hypot, log10

from outreach.matching.community import SAID, either, reach, visits_worth
from outreach.matching.engine import Engine
from outreach.matching.terms import EventFacts
from outreach.matching.trips import neighbour_pairs

# How sure each sign makes us, where it is as strong as it can be.
OWN, VISITED, SAID_BY_ONE, WORDS, SCENE, KIN, NEAR = 0.97, 0.93, 0.9, 0.5, 0.42, 0.55, 0.3
# What makes an event one of the open-source scene, and how surely.
SCENE_WORDS = {"opensource": 1.0, "linux": 1.0}
# Below this a neighbour is too unsure to speak for another.
SURE_NEIGHBOUR = 0.5


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
class Ranked:
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
    _vocabulary: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self._centre = self._visited_words()
        self._vocabulary = {}
        for slug in self.engine.segments:
            for gram, weight in self.engine.wanted(slug).items():
                self._vocabulary[gram] = max(self._vocabulary.get(gram, 0.0), weight)

    def ranked(self) -> list[Ranked]:
        """Return all events, the most worth first."""
        alone = {key: self.signs(event) for key, event in self.engine.events.items()}
        lent = {} if "near" in self.without else self._lent(alone)
        found = []
        for key, signs in alone.items():
            near, neighbour = lent.get(key, (0.0, None))
            full = replace(signs, near=near)
            found.append(Ranked(key, full.worth(), full, neighbour))
        events = self.engine.events
        return sorted(found, key=lambda r: (-r.worth, events[r.event].starts, r.event))

    def signs(self, event: EventFacts) -> Signs:
        """Return what speaks for an event by itself."""
        far = self._reach(event)
        signs = Signs(
            own=OWN if self.engine.is_own(event) else 0.0,
            visited=VISITED * visits_worth(self.engine.ground.visits_of(event), event.starts),
            said=SAID_BY_ONE * self._said(event),
            words=WORDS * self._words(event) * far,
            scene=SCENE * self._scene(event) * far,
            kin=KIN * self._kin(event) * far,
        )
        return replace(signs, **{name: 0.0 for name in self.without if name != "near"})

    def _reach(self, event: EventFacts) -> float:
        return max((reach(s, event) for s in self.engine.segments.values()), default=1.0)

    def _said(self, event: EventFacts) -> float:
        ground = self.engine.ground
        return either(
            SAID[row.kind] * (1.0 if place == 0 else 0.4)
            for slug in self.engine.segments
            for place, row in enumerate(ground.gatherings_of(slug, event))
        )

    def _words(self, event: EventFacts) -> float:
        found = sorted(self.engine.words(slug, event.key) for slug in self.engine.segments)
        return either(0.6**place * words for place, words in enumerate(reversed(found)))

    def _scene(self, event: EventFacts) -> float:
        """An event of the open-source scene at large, not of one project that is none of ours."""
        doc = self.engine.doc(event.key)
        scene = max((w * (g in SCENE_WORDS) for g, w in doc.grams.items()), default=0.0)
        if not scene or not doc.mass:
            return 0.0
        ours = sum(
            worth
            for gram, worth in doc.grams.items()
            if " " not in gram and (gram in SCENE_WORDS or gram in self._vocabulary)
        )
        row = self.engine.corpus.row(event.series)
        size = min(1.0, 0.7 + 0.1 * log10(row.size)) if row and row.size else 0.85
        share: float = min(1.0, ours / doc.mass) ** 0.8
        return share * size

    def _visited_words(self) -> dict[str, float]:
        """Return the words of the series we go to, each series with the same length."""
        centre: dict[str, float] = defaultdict(float)
        engine = self.engine
        for visits in engine.ground.attendances.values():
            doc = engine.corpus.docs[engine.corpus.add_series(visits[0].series)]
            length = _length(doc.grams.values())
            weight = visits_worth(visits, engine.as_of)
            for gram, worth in doc.grams.items():
                centre[gram] += weight * worth / length
        length = _length(centre.values())
        return {gram: worth / length for gram, worth in centre.items()}

    def _kin(self, event: EventFacts) -> float:
        grams = self.engine.doc(event.key).grams
        shared = sum(worth * self._centre.get(gram, 0.0) for gram, worth in grams.items())
        return shared / _length(grams.values())

    def _lent(self, alone: dict[str, Signs]) -> dict[str, tuple[float, str | None]]:
        """A sure event lends some of its worth to what happens beside it, own events nothing."""
        worths = {key: signs.worth() for key, signs in alone.items()}
        sure = {k for k, w in worths.items() if w >= SURE_NEIGHBOUR and not alone[k].own}
        lent: dict[str, tuple[float, str | None]] = {}
        for one, other in neighbour_pairs(self.engine.events.values()):
            for giver, taker in ((one.key, other.key), (other.key, one.key)):
                gift = NEAR * worths[giver] * min(1.0, worths[taker] / 0.2)
                if giver in sure and gift > lent.get(taker, (0.0, None))[0]:
                    lent[taker] = (gift, giver)
        return lent


def _length(worths: Iterable[float]) -> float:
    return hypot(*worths) or 1.0
