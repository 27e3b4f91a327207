"""How far an event is one of the open-source scene at large, whoever the foundation is."""

from functools import cache

from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.terms import EventText, SegmentText
from outreach.matching.engine.text.words import compound_words, phrase

SCENE_WORDS = frozenset(["opensource", "linux"])
FIRST, PARTLY, THEN, TAGGED, NAMED = 0.6, 0.5, 0.15, 0.2, 0.1


def scene(event: EventText, row: SeriesRow | None, linux: float = 1.0) -> float:
    """Return 0..1 by what the event is about first, its topics and its name.

    An event of one project is about that project first, so it is hardly of the scene; a
    festival of Linux or free software is about nothing else. `linux` 0..1 is how far Linux
    itself matters to whoever asks; what is about open source first does not depend on it.
    """
    about = [phrase(text) for text in row.about[:4]] if row else []
    name = set(phrase(event.name)) | compound_words(event.name)
    named = bool(SCENE_WORDS & name)
    first = _first(about[0]) if about else FIRST * named
    then = THEN * any(SCENE_WORDS.issuperset(text) for text in about[1:])
    whole = min(1.0, first + then + TAGGED * ("opensource" in event.topics) + NAMED * named)
    return whole * (linux if (about[0] == ("linux",) if about else "linux" in name) else 1.0)


def _first(text: tuple[str, ...]) -> float:
    """Weigh the first subject: the scene itself, or a side of it ("open source governance")."""
    if SCENE_WORDS.issuperset(text):
        return FIRST
    return PARTLY if "opensource" in text else 0.0


@cache
def named_scene(segment: SegmentText) -> frozenset[str]:
    """Return which of the scene's words a segment names by themselves: "free software", "Linux"."""
    return frozenset(
        word
        for text in (segment.name, *segment.keywords)
        for words in [phrase(text)]
        if len(words) == 1
        for word in words
        if word in SCENE_WORDS
    )
