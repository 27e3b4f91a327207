"""Which known phrases an issue mentions, and how weighty the places are."""

from dataclasses import dataclass

from outreach.issues.relevance.bodies import weigh_sentences
from outreach.issues.relevance.phrases import Phrase, PhraseTable, Step
from outreach.issues.relevance.subjects import IssueText, Where
from outreach.issues.relevance.words import read_words, split_names

PLACE_WEIGHTS: dict[Where, float] = {"title": 3.0, "repository": 3.0, "label": 2.0, "body": 0.8}
# A phrase counts half when its mentions weigh this much: one title outweighs many body lines.
HALF = 1.5


@dataclass(slots=True)
class Mention:
    """One phrase in one issue: whose it is, how and where it is spelled where it weighs most."""

    step: Step
    quote: str
    where: Where
    heaviest: float
    weight: float

    @property
    def presence(self) -> float:
        """Return how present the phrase is in the issue, from 0 to 1."""
        return self.weight / (self.weight + HALF)


Evidence = dict[Phrase, Mention]


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
    spans = [(step, words[a].start, words[b - 1].end) for step, a, b in table.find(words)]
    if where == "repository" and not spans and (parts := split_names(text)):
        spans = [(s, parts[a].start, parts[b - 1].end) for s, a, b in table.find(parts)]
    weight = PLACE_WEIGHTS[where] * share
    for step, start, end in spans:
        mention = evidence.get(step.phrase)
        if mention is None:
            evidence[step.phrase] = Mention(step, text[start:end], where, weight, weight)
            continue
        mention.weight += weight
        if weight > mention.heaviest:
            mention.quote, mention.where, mention.heaviest = text[start:end], where, weight
