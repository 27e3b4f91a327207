"""How far an event is one of the open-source scene at large, whoever the foundation is."""

from outreach.catalog.series import SeriesRow
from outreach.matching.terms import EventFacts
from outreach.matching.words import compound_words, phrase

SCENE_WORDS = frozenset(["opensource", "linux"])


def scene(event: EventFacts, row: SeriesRow | None) -> float:
    """Return 0..1 by what the event is about first, its topics and its name.

    An event of one project is about that project first, so it is hardly of the scene; a
    festival of Linux or free software is about nothing else.
    """
    about = [set(phrase(text)) <= SCENE_WORDS for text in row.about[:4]] if row else []
    named = bool(SCENE_WORDS & (set(phrase(event.name)) | compound_words(event.name)))
    tagged = "opensource" in event.topics
    first = 0.6 if (about[0] if about else named) else 0.0
    return min(1.0, first + 0.15 * any(about[1:]) + 0.2 * tagged + 0.1 * named)
