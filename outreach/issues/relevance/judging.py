"""Judges which segments an issue concerns, and by which of its words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from outreach.issues.relevance.evidence import Evidence, gather
from outreach.issues.relevance.learning import (
    NOTHING_LEARNT,
    Lessons,
    draw_lessons,
    list_words,
    read_issue,
)
from outreach.issues.relevance.phrases import PhraseTable, tabulate
from outreach.issues.relevance.signals import probability
from outreach.issues.relevance.subjects import Answer, Finding, IssueText, Profile, Where

THRESHOLD = 0.5
# A learnt word is worth showing from this log ratio on.
WORTH_SHOWING = 1.0
SHOWN = 6


@dataclass(frozen=True)
class Relevance:
    """An index over the phrases of all segments; learning returns another one."""

    profiles: tuple[Profile, ...]
    vocabulary: tuple[Profile, ...] = ()
    lessons: Lessons = NOTHING_LEARNT
    table: PhraseTable = field(default_factory=PhraseTable, repr=False, compare=False)

    @classmethod
    def build(cls, profiles: Iterable[Profile], vocabulary: Iterable[Profile] = ()) -> "Relevance":
        """Index the profiles.

        The vocabulary are further profiles whose phrases a thin profile learns to share.
        """
        kept = tuple(profiles)
        return cls(kept, tuple(vocabulary), table=tabulate(kept))

    @property
    def own_topics(self) -> bool:
        """Say whether the vocabulary holds nothing but the profiles themselves."""
        return set(self.vocabulary) <= set(self.profiles)

    def learn(self, answers: Iterable[Answer]) -> "Relevance":
        """Return an index that knows what staff accepted and rejected: these answers, no others."""
        kept = list(answers)
        table = tabulate(self.profiles, () if self.own_topics else self.vocabulary)
        list_words(table, (answer.issue for answer in kept))
        lessons = draw_lessons(table, kept, self.own_topics)
        return Relevance(self.profiles, self.vocabulary, lessons, table)

    def judge(self, issue: IssueText) -> list[Finding]:
        """Return a finding for each segment that the issue gives any sign of, best first."""
        evidence = gather(issue, self.table)
        learns = self.lessons is not NOTHING_LEARNT
        reading = read_issue(evidence, learns, self.own_topics)
        findings = []
        for slug, odds in self.lessons.weigh(reading).items():
            score = probability(odds)
            phrases = self._quote(evidence, slug)
            findings.append(Finding(slug, score, bool(phrases) and score >= THRESHOLD, phrases))
        return sorted(findings, key=lambda finding: (-finding.score, finding.segment))

    def _quote(self, evidence: Evidence, slug: str) -> tuple[tuple[str, Where], ...]:
        """Return the phrases that speak for the segment, the weightiest first."""
        quotes: list[tuple[float, str, Where]] = []
        for phrase, mention in evidence.items():
            claim = mention.step.segments.get(slug)
            learnt = self.lessons.phrases.get(phrase, {}).get(slug, 0.0)
            value = claim.strength if claim else 0.0
            if learnt >= WORTH_SHOWING:
                value += learnt / 10
            if value:
                quotes.append((value * mention.presence, mention.quote, mention.where))
        quotes.sort(key=lambda quote: (-quote[0], quote[1]))
        return tuple((quote, where) for _, quote, where in quotes[:SHOWN])
