"""The phrases of all profiles in one table, and how much each says by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from outreach.issues.relevance.commonplace import AMBIGUOUS, OMNIPRESENT, STOPWORDS
from outreach.issues.relevance.elsewhere import ELSEWHERE
from outreach.issues.relevance.subjects import Profile
from outreach.issues.relevance.words import fold_phrase

Phrase = tuple[str, ...]

STRONG, FAMILIAR, PLAIN, VAGUE, FAINT = 1.0, 0.6, 0.6, 0.22, 0.1

# A profile with so many phrases needs no everyday words from its summary.
DESCRIBED = 30


class Claim(NamedTuple):
    """What a phrase says for one segment, 0 to 1, and whether it names a product or project."""

    strength: float
    names: bool


Claims = dict[str, Claim]


@dataclass(slots=True)
class PhraseNode:
    """A node of the phrase tree: the words that may follow, and whose phrase ends here.

    Topics are the profiles of the vocabulary, which a segment can learn to share.
    """

    following: dict[str, "PhraseNode"] = field(default_factory=dict)
    phrase: Phrase = ()
    segments: Claims = field(default_factory=dict)
    topics: Claims = field(default_factory=dict)


class PhraseTable:
    """Looks up every phrase of every profile in one pass over the words of a text."""

    def __init__(self) -> None:
        """Start without phrases."""
        self.root: dict[str, PhraseNode] = {}

    def add(self, phrase: Phrase) -> PhraseNode:
        """Return the node of the phrase, which must have a word, made where it was missing."""
        step = self.root.setdefault(phrase[0], PhraseNode())
        for word in phrase[1:]:
            step = step.following.setdefault(word, PhraseNode())
        step.phrase = phrase
        return step

    def find(self, words: list[str]) -> Iterator[tuple[PhraseNode, int, int]]:
        """Yield the longest phrase that starts at each word, skipping words already taken."""
        count, root, at = len(words), self.root, 0
        while at < count:
            step = root.get(words[at])
            found, after, ahead = None, at + 1, at + 1
            while step is not None:
                if step.phrase:
                    found, after = step, ahead
                if ahead >= count:
                    break
                step = step.following.get(words[ahead])
                ahead += 1
            if found is not None:
                yield found, at, after
            at = after


def strength_of(phrase: Phrase) -> float:
    """Return how much a phrase says by itself, from 0 (nothing) to 1."""
    telling = [w for w in phrase if w not in STOPWORDS and not w.isdigit()]
    if not telling or (len(phrase) == 1 and len(phrase[0]) < 2):
        return 0.0
    more = FAINT if len(phrase) > 1 else 0.0
    if all(word in AMBIGUOUS for word in telling):
        return PLAIN if len(telling) > 1 else VAGUE + more
    return FAMILIAR + more if len(telling) == 1 and telling[0] in OMNIPRESENT else STRONG


def tabulate(profiles: Iterable[Profile], vocabulary: Iterable[Profile] = ()) -> PhraseTable:
    """Return the table of all phrases of the profiles, with those of the vocabulary as topics."""
    table = PhraseTable()
    for profile in profiles:
        for phrase, claim in read_claims(profile).items():
            table.add(phrase).segments[profile.slug] = claim
    for phrase, claim in read_claims(ELSEWHERE).items():
        if not (step := table.add(phrase)).segments:
            step.segments[ELSEWHERE.slug] = claim
    for profile in vocabulary:
        for phrase, claim in read_claims(profile).items():
            table.add(phrase).topics[profile.slug] = claim
    return table


def read_claims(profile: Profile) -> dict[Phrase, Claim]:
    """Return the phrases of a profile: names and keywords whole, its summary word by word."""
    claims: dict[Phrase, Claim] = {}
    for texts, names in (
        ((*profile.projects, *profile.software), True),
        ((*profile.keywords, profile.name), False),
    ):
        for text in texts:
            spellings = spell(fold_phrase(text))
            for phrase in spellings:
                claims.setdefault(phrase, Claim(strength_of(spellings[0]), names))
    least = VAGUE if len(claims) < DESCRIBED else FAMILIAR
    for word in fold_phrase(f"{profile.name}. {profile.summary}"):
        if (strength := strength_of((word,))) >= least:
            claims.setdefault((word,), Claim(min(strength, FAMILIAR) / 2, False))
    return {phrase: claim for phrase, claim in claims.items() if claim.strength}


def spell(phrase: Phrase) -> list[Phrase]:
    """Return the phrase and, for two words, both run together: "openmpi" beside "Open MPI"."""
    joined = "".join(phrase)
    if len(phrase) == 2 and len(joined) > 6 and joined.isalpha():
        return [phrase, (joined,)]
    return [phrase] if phrase else []
