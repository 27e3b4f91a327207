"""The words of all events behind an inverted index: which events speak of what a segment is."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from outreach.catalog.edition import name_key
from outreach.catalog.series import SeriesRow
from outreach.matching.lexicon import TOPIC_WORDS
from outreach.matching.terms import EventFacts, Segment
from outreach.matching.words import (
    breadth,
    compound_words,
    gram_weights,
    grams,
    is_empty,
    phrase,
    shown,
)

DocKey = tuple[str, ...]
Said = tuple[tuple[str, float], ...]

# How far each field of an event or a segment is to be trusted to say what it is about.
NAME, ABOUT, AUDIENCE, TOPIC, PROGRAMME, COMPOUND = 1.0, 1.0, 0.8, 0.7, 0.5, 0.9
KEYWORD, PROJECT, SOFTWARE, SEGMENT_NAME, SUMMARY = 1.0, 0.9, 0.8, 0.7, 0.12
PART_OF_PHRASE = 0.35
SATURATION = 0.8
# What an event is about first counts for more.
FIRST = {0: 0.4, 1: 0.2}
# The best word counts for so much less: one word in common is hardly anything in common.
LONE_WORD = 0.4
# A raw strength below this is none: broad words in passing.
NOTHING = 0.06
# How far the bare name of an event can be trusted, where its series is not known.
BARE_NAME = 0.75
# How far the text of a small series can be; a large one draws people of all that it is about.
SMALL_SERIES, SMALL, LARGE = 0.85, 100, 3000
# A project that so many series are about is a tool of everybody, and says less about a segment.
EVERYBODYS_RARITY, EVERYBODYS = 0.55, 0.4


@dataclass(frozen=True, slots=True)
class Doc:
    """The weighed words of all events that say the same; `mass` is what they weigh together.

    `trust` is how far they can be relied on: a bare name may mean something else.
    """

    grams: Mapping[str, float]
    mass: float
    trust: float = 1.0


def segment_grams(segment: Segment, rarity: Mapping[str, float]) -> dict[str, float]:
    """Weigh the words a segment goes by; a part of a phrase counts for less than the whole."""
    weights = _weighed_fields(segment)
    own = {gram for text in (segment.name, *segment.keywords) for gram in grams(phrase(text))}
    for text in (*segment.projects, *segment.software):
        gram = " ".join(phrase(text))
        if gram in weights.keys() - own and rarity.get(gram, 1.0) < EVERYBODYS_RARITY:
            weights[gram] = EVERYBODYS
            own.add(gram)
    return weights


def _weighed_fields(segment: Segment) -> dict[str, float]:
    fields = (
        (segment.keywords, KEYWORD),
        (segment.projects, PROJECT),
        (segment.software, SOFTWARE),
        ((segment.name,), SEGMENT_NAME),
        ((segment.summary,), SUMMARY),
    )
    weights: dict[str, float] = {}
    for texts, weight in fields:
        for text in texts:
            whole = phrase(text)
            for gram in grams(whole):
                full = len(gram.split()) == len(whole) or weight == SUMMARY
                worth = weight * (1.0 if full else PART_OF_PHRASE)
                weights[gram] = max(weights.get(gram, 0.0), worth)
    return weights


@dataclass
class Corpus:
    """All event texts, told apart by what they say, with an index from word to text."""

    gazetteer: tuple[SeriesRow, ...]
    docs: dict[DocKey, Doc] = field(default_factory=dict, init=False)
    _postings: dict[str, dict[DocKey, float]] = field(init=False)
    _rarity: Mapping[str, float] = field(init=False)
    _rows: dict[str, SeriesRow] = field(init=False)
    _says: dict[DocKey, tuple[tuple[str, Said], ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._rows = {}
        for row in self.gazetteer:
            self._rows.setdefault(row.name, row)
        self._postings = defaultdict(dict)
        self._rarity = rarities(self.gazetteer)

    @property
    def rarities(self) -> Mapping[str, float]:
        """Return how telling each word of the gazetteer is."""
        return self._rarity

    def rarity(self, gram: str) -> float:
        """Return how telling a word is, 0..1, by how few series of the gazetteer carry it."""
        return self._rarity.get(gram, 1.0)

    def row(self, series: str | None) -> SeriesRow | None:
        """Return what the gazetteer knows about a series."""
        return self._rows.get(series) if series else None

    def add(self, event: EventFacts) -> DocKey:
        """Index an event's words and return the key of its text."""
        name = event.series if event.series in self._rows else name_key(event.name)
        key = (name or "", *sorted(event.topics), event.programme)
        if key not in self.docs:
            row = self.row(event.series)
            bare = 1.0 if event.programme else BARE_NAME
            trust = _trust(row) if row else bare
            self._index(key, self._event_grams(event), trust)
        return key

    def add_series(self, series: str) -> DocKey:
        """Index what is known about a series that has no event here."""
        key = (series, "series")
        if key not in self.docs:
            row = self._rows.get(series)
            self._index(key, row_grams(row) if row else _name_grams(series))
        return key

    def _event_grams(self, event: EventFacts) -> dict[str, float]:
        row = self.row(event.series)
        weights = dict(row_grams(row)) if row else _name_grams(event.name)
        topics = [(TOPIC_WORDS.get(topic, topic), TOPIC) for topic in event.topics]
        for gram, weight in gram_weights([*topics, (event.programme, PROGRAMME)]).items():
            weights[gram] = max(weights.get(gram, 0.0), weight)
        return weights

    def _index(self, key: DocKey, weights: Mapping[str, float], trust: float = 1.0) -> None:
        worth = {gram: w * breadth(gram) * self.rarity(gram) for gram, w in weights.items()}
        mass = sum(w for gram, w in worth.items() if " " not in gram)
        self.docs[key] = Doc(worth, mass, trust)
        for gram, weight in worth.items():
            self._postings[gram][key] = weight

    def search(self, wanted: Mapping[str, float]) -> dict[DocKey, float]:
        """Return the raw strength of every text that shares telling words with `wanted`."""
        total: dict[DocKey, float] = defaultdict(float)
        best: dict[DocKey, float] = defaultdict(float)
        for gram, weight in wanted.items():
            for key, worth in self._postings.get(gram, {}).items():
                told = weight * worth
                total[key] += told
                if told > best[key]:
                    best[key] = told
        raw = ((key, value - LONE_WORD * best[key]) for key, value in total.items())
        return {key: value for key, value in raw if value >= NOTHING}

    def compare(self, key: DocKey, wanted: Mapping[str, float]) -> float:
        """Return the raw strength of one text."""
        grams = self.docs[key].grams
        told = [worth * wanted[gram] for gram, worth in grams.items() if gram in wanted]
        return sum(told) - LONE_WORD * max(told) if told else 0.0

    def strength(self, key: DocKey, raw: float) -> float:
        """Bring a raw strength to 0..1: saturating, and less for a text mostly about else."""
        doc = self.docs[key]
        focus = min(1.0, raw / (doc.mass + 0.3))
        full = 1 - math.exp(-raw / SATURATION)
        return doc.trust * full * (0.25 + 0.75 * math.sqrt(focus))

    def shared(
        self, key: DocKey, event: EventFacts, wanted: Mapping[str, float], most: int = 4
    ) -> tuple[str, ...]:
        """Return what an event says that `wanted` asks for, as written, the most telling first."""
        if key not in self._says:
            self._says[key] = tuple(self._said(event, self.docs[key]))
        told = [
            (sum(wanted[gram] * worth for gram, worth in said if gram in wanted), text)
            for text, said in self._says[key]
        ]
        chosen: list[str] = []
        covered: set[str] = set()
        for worth, text in sorted(told, key=lambda pair: (-pair[0], pair[1])):
            telling = _telling(text)
            if worth > 0.02 and len(chosen) < most and not covered.issuperset(telling):
                chosen.append(text)
                covered.update(telling)
        return tuple(chosen)

    def _said(self, event: EventFacts, doc: Doc) -> Iterator[tuple[str, Said]]:
        row = self.row(event.series)
        texts = [*row.about, *row.audience] if row else []
        texts += [TOPIC_WORDS.get(topic, topic) for topic in event.topics]
        for text in dict.fromkeys(texts):
            yield text, tuple((g, breadth(g) * self.rarity(g)) for g in grams(phrase(text)))
        for gram, worth in doc.grams.items():
            yield shown(gram), ((gram, 0.5 * worth),)


@lru_cache(maxsize=8192)
def _telling(text: str) -> frozenset[str]:
    """Return the words that a reader would miss: "linux" alone of "linux users"."""
    words = frozenset(phrase(text))
    return frozenset(w for w in words if not is_empty(w) and breadth(w) == 1.0) or words


def _trust(row: SeriesRow) -> float:
    """Return 0.85 for a small series or one of unknown size, up to 1 for a large one."""
    large = math.log(max(row.size or 0, SMALL) / SMALL) / math.log(LARGE / SMALL)
    return SMALL_SERIES + (1.0 - SMALL_SERIES) * min(1.0, large)


@lru_cache(maxsize=4)
def rarities(gazetteer: tuple[SeriesRow, ...]) -> Mapping[str, float]:
    """Return how telling each word of the gazetteer is; counted once while a program runs."""
    seen: Counter[str] = Counter()
    for row in gazetteer:
        seen.update(row_grams(row))
    size = len(gazetteer) + 10
    return {
        gram: max(0.08, math.log(size / (count + 0.5)) / math.log(size))
        for gram, count in seen.items()
    }


def _name_grams(name: str) -> dict[str, float]:
    weights = gram_weights([(name, NAME)])
    for word in compound_words(name):
        weights[word] = max(weights.get(word, 0.0), COMPOUND)
    return weights


@lru_cache(maxsize=8192)
def row_grams(row: SeriesRow) -> Mapping[str, float]:
    """Weigh the words of a series by where they stand."""
    weights = _name_grams(row.name)
    about = [(text, ABOUT + FIRST.get(place, 0.0)) for place, text in enumerate(row.about)]
    fields = about + [(text, AUDIENCE) for text in row.audience]
    for gram, weight in gram_weights(fields).items():
        weights[gram] = max(weights.get(gram, 0.0), weight)
    return weights
