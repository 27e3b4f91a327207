"""What the list of event series says, laid out once: its rows, and how telling each word is."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.text.words import compound_words, gram_weights

# How far each field of a series or a name is to be trusted to say what an event is about.
NAME, ABOUT, AUDIENCE, COMPOUND = 1.0, 1.0, 0.8, 0.9
# What an event is about first counts for more.
FIRST = {0: 0.4, 1: 0.2}
LEAST_RARITY = 0.08


@dataclass(frozen=True, eq=False, slots=True)
class Shelf:
    """Series rows by name, and how telling each word is, 0..1, by how few rows carry it.

    Nothing changes it; two of them are the same only where they are one object, so that what
    is computed from it can be kept beside it.
    """

    rows: Mapping[str, SeriesRow]
    rarity: Mapping[str, float]

    def row(self, series: str | None) -> SeriesRow | None:
        """Return what is known about a series."""
        return self.rows.get(series) if series else None


def shelf_of(gazetteer: Iterable[SeriesRow]) -> Shelf:
    """Lay out rows; of two with the same name the first counts.

    A word is the less telling the more rows carry it, and the more each is about it.
    """
    ordered = list(gazetteer)
    rows: dict[str, SeriesRow] = {}
    seen: dict[str, float] = defaultdict(float)
    for row in ordered:
        rows.setdefault(row.name, row)
        for gram, weight in row_grams(row).items():
            seen[gram] += weight
    size = len(ordered) + 10
    rarity = {
        gram: max(LEAST_RARITY, math.log(size / (count + 0.5)) / math.log(size))
        for gram, count in seen.items()
    }
    return Shelf(rows, rarity)


def name_grams(name: str) -> dict[str, float]:
    """Weigh the words of a name, those inside of compound ones too."""
    weights = gram_weights([(name, NAME)])
    for word in compound_words(name):
        weights[word] = max(weights.get(word, 0.0), COMPOUND)
    return weights


def row_grams(row: SeriesRow) -> dict[str, float]:
    """Weigh the words of a series by where they stand."""
    weights = name_grams(row.name)
    about = [(text, ABOUT + FIRST.get(place, 0.0)) for place, text in enumerate(row.about)]
    fields = about + [(text, AUDIENCE) for text in row.audience]
    for gram, weight in gram_weights(fields).items():
        weights[gram] = max(weights.get(gram, 0.0), weight)
    return weights
