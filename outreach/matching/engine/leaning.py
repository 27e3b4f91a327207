"""What a foundation leans to, read from its segments: Linux itself, and words that most share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from outreach.catalog.series.edition_names import word_set
from outreach.matching.engine.terms import SegmentText
from outreach.matching.engine.text.lexicon import BROAD_WORDS
from outreach.matching.engine.text.words import is_empty, phrase

# Words of people who live with an operating system, at whose festivals they meet.
_SYSTEM_WORDS = word_set(
    "linux unix bsd freebsd openbsd netbsd kernel distribution desktop enterpriselinux"
    " sysadmin wayland systemd debian ubuntu fedora"
)
# How much festivals of Linux matter to a foundation none of whose segments speaks of it,
# and how much each that does adds.
LINUX_AT_LEAST, LINUX_BY_SEGMENT = 0.45, 0.2
# A word that at least so many of the segments share, in number and in share, is their subject.
SHARED_BY, SHARED_SHARE = 3, 0.4
# What half of all event series carry is nobody's subject.
SUBJECT_RARITY = 0.45


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far Linux itself concerns a foundation, 0..1, and its subjects with their share."""

    linux: float = 1.0
    subjects: Mapping[str, float] = field(default_factory=dict)
    naming: Mapping[str, int] = field(default_factory=dict)
    """By how many segments each subject is named."""


def leaning(segments: Iterable[SegmentText], rarity: Mapping[str, float]) -> Leaning:
    """Read the leaning of a foundation from all that its segments say about themselves."""
    told = [_words(segment) for segment in segments]
    if not told:
        return Leaning()
    systems = sum(not _SYSTEM_WORDS.isdisjoint(words) for words in told)
    linux = min(1.0, LINUX_AT_LEAST + LINUX_BY_SEGMENT * systems)
    shared = Counter(word for words in told for word in words)
    least = max(SHARED_BY, SHARED_SHARE * len(told))
    naming = {
        word: count
        for word, count in sorted(shared.items())
        if count >= least and rarity.get(word, 0.0) >= SUBJECT_RARITY and _says_something(word)
    }
    return Leaning(linux, {w: count / len(told) for w, count in naming.items()}, naming)


def _says_something(word: str) -> bool:
    return len(word) > 2 and not is_empty(word) and word not in BROAD_WORDS


def _words(segment: SegmentText) -> frozenset[str]:
    fields = (segment.name, segment.summary)
    texts = (*fields, *segment.keywords, *segment.projects, *segment.software)
    return frozenset(word for text in texts for word in phrase(text))
