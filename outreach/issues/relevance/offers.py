"""Phrases that accepted issues share and their segment's profile lacks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from outreach.issues.relevance.bodies import weigh_sentences
from outreach.issues.relevance.learning import compare
from outreach.issues.relevance.phrases import STRONG, Phrase, read_claims, strength_of
from outreach.issues.relevance.subjects import IssueText, LinkAnswer, Profile
from outreach.issues.relevance.words import read_words

# A phrase must be in accepted issues of so many owners, and so much oftener than in rejected ones.
SUPPORT = 2
RATIO = 1.0


@dataclass(frozen=True)
class PhraseOffer:
    """A phrase for a profile, as an issue spells it, and the accepted issues that say it."""

    phrase: str
    issues: tuple[str, ...]


def offer_phrases(
    profile: Profile, answers: Iterable[LinkAnswer], limit: int = 10
) -> list[PhraseOffer]:
    """Return the phrases worth adding to the profile, the most telling first."""
    known = set(read_claims(profile))
    yes: list[Mapping[Phrase, float]] = []
    no: list[Mapping[Phrase, float]] = []
    support: dict[Phrase, dict[str, str]] = defaultdict(dict)
    owners: dict[Phrase, set[str]] = defaultdict(set)
    for answer in answers:
        if answer.segment == profile.slug:
            said = {p: quote for p, quote in list_phrases(answer.issue) if p not in known}
            (yes if answer.accepted else no).append(dict.fromkeys(said, 1.0))
            if answer.accepted:
                for phrase, quote in said.items():
                    support[phrase][answer.issue.id] = quote
                    owners[phrase].add(answer.issue.owner or answer.issue.id)
    ranked = sorted(
        (-ratio * len(support[phrase]), phrase)
        for phrase, ratio in compare(yes, no).items()
        if ratio >= RATIO and len(owners[phrase]) >= SUPPORT
    )
    return [
        PhraseOffer(next(iter(support[phrase].values())), tuple(support[phrase]))
        for _, phrase in ranked[:limit]
    ]


def list_phrases(issue: IssueText) -> Iterator[tuple[Phrase, str]]:
    """Yield the telling one- and two-word phrases of an issue with their spelling there."""
    sentences = [sentence for sentence, weight in weigh_sentences(issue.body) if weight > 0.5]
    for text in (issue.title, *issue.repository.split("/"), *issue.labels, *sentences):
        words = read_words(text)
        for size in (1, 2):
            for first in range(len(words.folded) - size + 1):
                phrase = tuple(words.folded[first : first + size])
                if all(strength_of((word,)) == STRONG for word in phrase):
                    yield phrase, words.quote(first, first + size)
