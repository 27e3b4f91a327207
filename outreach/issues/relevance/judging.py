"""Judges which segments an issue concerns, and by which of its words."""

from collections import defaultdict
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
from outreach.issues.relevance.subjects import Finding, IssueText, LinkAnswer, Profile, Where

# Chosen on the strict side: a false link costs staff more than one they search for.
THRESHOLD = 0.67
# A learnt word is worth showing from this log ratio on.
WORTH_SHOWING = 1.0
# A learnt log ratio of ten is shown as high as a name.
SHOUT = 0.1
SHOWN = 6


@dataclass(frozen=True)
class Relevance:
    """An index over the phrases of all segments; learning returns another one."""

    profiles: tuple[Profile, ...]
    vocabulary: tuple[Profile, ...]
    table: PhraseTable = field(repr=False, compare=False)
    lessons: Lessons = NOTHING_LEARNT

    @classmethod
    def build(cls, profiles: Iterable[Profile], vocabulary: Iterable[Profile] = ()) -> "Relevance":
        """Index the profiles.

        The vocabulary are further profiles whose phrases a thin profile learns to share; those
        that are profiles themselves need no second look.
        """
        kept, further = tuple(profiles), tuple(vocabulary)
        others = () if set(further) <= set(kept) else further
        return cls(kept, others, tabulate(kept))

    def learn(self, answers: Iterable[LinkAnswer]) -> "Relevance":
        """Return an index that knows what staff accepted and rejected: these answers, no others."""
        kept = list(answers)
        table = tabulate(self.profiles, self.vocabulary)
        list_words(table, dict.fromkeys(answer.issue for answer in kept))
        lessons = draw_lessons(table, kept, own=not self.vocabulary)
        return Relevance(self.profiles, self.vocabulary, table, lessons)

    def judge(self, issue: IssueText) -> list[Finding]:
        """Return a finding for each segment that the issue gives any sign of, best first."""
        evidence = gather(issue, self.table)
        learns = self.lessons is not NOTHING_LEARNT
        reading = read_issue(evidence, learns, own=not self.vocabulary)
        quotes = self._quote(evidence)
        findings = []
        for slug, odds in self.lessons.weigh(reading).items():
            score = probability(odds)
            phrases = tuple((quote, where) for _, quote, where in sorted(quotes[slug])[:SHOWN])
            findings.append(Finding(slug, score, bool(phrases) and score >= THRESHOLD, phrases))
        return sorted(findings, key=lambda finding: (-finding.score, finding.segment))

    def _quote(self, evidence: Evidence) -> dict[str, list[tuple[float, str, Where]]]:
        """Return, by segment, the phrases that speak for it, each after its weight below 0."""
        quotes: dict[str, list[tuple[float, str, Where]]] = defaultdict(list)
        for phrase, mention in evidence.items():
            claims, learnt = mention.step.segments, self.lessons.phrases.get(phrase, {})
            for slug, claim in claims.items():
                value = claim.strength + SHOUT * learnt.get(slug, 0.0)
                quotes[slug].append((-value * mention.presence, mention.quote, mention.where))
            for slug, ratio in learnt.items():
                if ratio >= WORTH_SHOWING and slug not in claims:
                    value = SHOUT * ratio * mention.presence
                    quotes[slug].append((-value, mention.quote, mention.where))
        return quotes
