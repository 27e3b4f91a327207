"""Which known phrases an issue mentions, and how weighty the places are."""

from dataclasses import dataclass

from outreach.issues.relevance.bodies import weigh_sentences
from outreach.issues.relevance.phrases import Phrase, PhraseNode, PhraseTable
from outreach.issues.relevance.subjects import IssueText, Where
from outreach.issues.relevance.words import read_words, split_names

PLACE_WEIGHTS: dict[Where, float] = {"title": 3.0, "repository": 3.0, "label": 2.0, "body": 0.8}
# A phrase counts half when its mentions weigh this much: one title outweighs many body lines.
HALF = 1.5


@dataclass(slots=True)
class PhraseMention:
    """One phrase in one issue: whose it is, how and where it is spelled where it weighs most."""

    step: PhraseNode
    quote: str
    where: Where
    heaviest: float
    weight: float

    @property
    def presence(self) -> float:
        """Return how present the phrase is in the issue, from 0 to 1."""
        return self.weight / (self.weight + HALF)


Evidence = dict[Phrase, PhraseMention]


def gather(issue: IssueText, table: PhraseTable) -> Evidence:
    """Collect every phrase of the table that the issue mentions."""
    evidence: Evidence = {}
    _read(evidence, table, issue.title, "title", 1.0)
    _read(evidence, table, issue.repository, "repository", 1.0)
    for label in issue.labels:
        _read(evidence, table, label, "label", 1.0)
    for sentence, weight in weigh_sentences(issue.body):
        if weight:
            _read(evidence, table, sentence, "body", weight)
    return evidence


def _read(evidence: Evidence, table: PhraseTable, text: str, where: Where, share: float) -> None:
    words = read_words(text)
    found = list(table.find(words.folded))
    if where == "repository" and not found:
        words = split_names(text)
        found = list(table.find(words.folded))
    weight = PLACE_WEIGHTS[where] * share
    for step, first, after in found:
        mention = evidence.get(step.phrase)
        if mention is not None and weight <= mention.heaviest:
            mention.weight += weight
            continue
        quote = words.quote(first, after)
        so_far = mention.weight if mention is not None else 0.0
        evidence[step.phrase] = PhraseMention(step, quote, where, weight, so_far + weight)
