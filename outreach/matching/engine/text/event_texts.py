"""The words of all events behind an inverted index: which events speak of what a segment is."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from outreach.catalog.series.edition_names import name_key
from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.terms import EventText, SegmentText
from outreach.matching.engine.text.lexicon import TOPIC_WORDS
from outreach.matching.engine.text.series_index import Shelf, name_grams, row_grams
from outreach.matching.engine.text.words import (
    breadth,
    gram_weights,
    grams,
    is_empty,
    phrase,
    shown,
)

DocKey = tuple[str, ...]
Said = tuple[tuple[str, float], ...]

# How far each field of an event or a segment is to be trusted to say what it is about.
TOPIC, PROGRAMME = 0.7, 0.5
KEYWORD, PROJECT, SOFTWARE, SEGMENT_NAME, SUMMARY = 1.0, 0.9, 0.8, 0.7, 0.12
PART_OF_PHRASE = 0.35
SATURATION = 0.8
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
# A text that brings less than this is not worth naming.
WORTH_NAMING = 0.02
# So many texts and segments are kept weighed, for as long as a program runs.
KEPT_DOCS, KEPT_SEGMENTS = 4096, 512


@dataclass(frozen=True, slots=True)
class Doc:
    """The weighed words of all events that say the same; `mass` is what they weigh together.

    `trust` is how far they can be relied on: a bare name may mean something else.
    """

    grams: Mapping[str, float]
    mass: float
    trust: float = 1.0


@lru_cache(maxsize=KEPT_SEGMENTS)
def segment_grams(segment: SegmentText, shelf: Shelf) -> Mapping[str, float]:
    """Weigh the words a segment goes by; a part of a phrase counts for less than the whole."""
    weights = _weighed_fields(segment)
    own = {gram for text in (segment.name, *segment.keywords) for gram in grams(phrase(text))}
    for text in (*segment.projects, *segment.software):
        gram = " ".join(phrase(text))
        if gram in weights.keys() - own and shelf.rarity.get(gram, 1.0) < EVERYBODYS_RARITY:
            weights[gram] = EVERYBODYS
            own.add(gram)
    return weights


def _weighed_fields(segment: SegmentText) -> dict[str, float]:
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


@lru_cache(maxsize=KEPT_DOCS)
def _weighed(
    shelf: Shelf, series: str | None, name: str, topics: tuple[str, ...], programme: str
) -> Doc:
    """Weigh the words of an event: of its series where that is known, else of its bare name."""
    row = shelf.row(series)
    weights = row_grams(row) if row else name_grams(name)
    texts = [(TOPIC_WORDS.get(topic, topic), TOPIC) for topic in topics]
    for gram, weight in gram_weights([*texts, (programme, PROGRAMME)]).items():
        weights[gram] = max(weights.get(gram, 0.0), weight)
    return _doc(shelf, weights, _trust(row) if row else 1.0 if programme else BARE_NAME)


def _doc(shelf: Shelf, weights: Mapping[str, float], trust: float) -> Doc:
    rarity = shelf.rarity
    worth = {gram: w * breadth(gram) * rarity.get(gram, 1.0) for gram, w in weights.items()}
    mass = sum(w for gram, w in worth.items() if " " not in gram)
    return Doc(worth, mass, trust)


@dataclass
class Corpus:
    """All event texts, told apart by what they say, with an index from word to text."""

    shelf: Shelf
    docs: dict[DocKey, Doc] = field(default_factory=dict, init=False)
    _postings: dict[str, dict[DocKey, float]] = field(init=False)
    _says: dict[DocKey, tuple[tuple[str, Said], ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._postings = defaultdict(dict)

    def rarity(self, gram: str) -> float:
        """Return how telling a word is, 0..1, by how few series of the gazetteer carry it."""
        return self.shelf.rarity.get(gram, 1.0)

    def add(self, event: EventText) -> DocKey:
        """Index an event's words and return the key of its text."""
        series = event.series if event.series in self.shelf.rows else None
        topics = tuple(sorted(event.topics))
        key = (series or name_key(event.name), *topics, event.programme)
        if key not in self.docs:
            name = "" if series else event.name
            self._index(key, _weighed(self.shelf, series, name, topics, event.programme))
        return key

    def add_series(self, series: str) -> DocKey:
        """Index what is known about a series that has no event here."""
        key = (series, "series")
        if key not in self.docs:
            row = self.shelf.row(series)
            self._index(key, _doc(self.shelf, row_grams(row) if row else name_grams(series), 1.0))
        return key

    def _index(self, key: DocKey, doc: Doc) -> None:
        self.docs[key] = doc
        for gram, weight in doc.grams.items():
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

    def carrying(self, words: Iterable[str]) -> dict[DocKey, None]:
        """Return the texts that carry any of these words."""
        return {key: None for word in sorted(words) for key in self._postings.get(word, ())}

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
        self, key: DocKey, event: EventText, wanted: Mapping[str, float], most: int = 4
    ) -> tuple[str, ...]:
        """Return what an event says that `wanted` asks for, as written, the most telling first."""
        if key not in self._says:
            self._says[key] = self._said(event)
        told = [
            (sum(wanted[gram] * worth for gram, worth in said if gram in wanted), text)
            for text, said in self._says[key]
        ]
        texts = {text for _, text in told}
        for gram, worth in self.docs[key].grams.items():
            if gram in wanted and shown(gram) not in texts:
                told.append((0.5 * worth * wanted[gram], shown(gram)))
        chosen: list[str] = []
        covered: set[str] = set()
        for worth, text in sorted(told, key=lambda pair: (-pair[0], pair[1])):
            if worth <= WORTH_NAMING or len(chosen) == most:
                break
            telling = _telling(text)
            if not covered.issuperset(telling):
                chosen.append(text)
                covered.update(telling)
        return tuple(chosen)

    def _said(self, event: EventText) -> tuple[tuple[str, Said], ...]:
        row = self.shelf.row(event.series)
        texts = [*row.about, *row.audience] if row else []
        texts += [TOPIC_WORDS.get(topic, topic) for topic in event.topics]
        return tuple(
            (text, tuple((g, breadth(g) * self.rarity(g)) for g in grams(phrase(text))))
            for text in dict.fromkeys(texts)
        )


@lru_cache(maxsize=8192)
def _telling(text: str) -> frozenset[str]:
    """Return the words that a reader would miss: "linux" alone of "linux users"."""
    words = frozenset(phrase(text))
    return frozenset(w for w in words if not is_empty(w) and breadth(w) == 1.0) or words


def _trust(row: SeriesRow) -> float:
    """Return 0.85 for a small series or one of unknown size, up to 1 for a large one."""
    large = math.log(max(row.size or 0, SMALL) / SMALL) / math.log(LARGE / SMALL)
    return SMALL_SERIES + (1.0 - SMALL_SERIES) * min(1.0, large)
