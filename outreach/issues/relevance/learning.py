"""What the answers of staff teach about words, phrases and topics (naive Bayes)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from typing import TypeVar

from outreach.issues.relevance.bodies import weigh_sentences
from outreach.issues.relevance.commonplace import STOPWORDS
from outreach.issues.relevance.evidence import Evidence, gather
from outreach.issues.relevance.phrases import Phrase, PhraseTable
from outreach.issues.relevance.signals import Signals, estimate, read_signals
from outreach.issues.relevance.subjects import Answer, IssueText
from outreach.issues.relevance.words import read_words

# Pretended answers each way, so that one answer alone decides nothing.
DOUBT = 0.1
# How loudly words and topics speak beside the profile's own phrases.
WORD_VOICE, TOPIC_VOICE = 1.0, 1.0
# Topics an issue hardly touches are not counted.
TOUCHED = 0.1

Ratios = dict[str, float]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Lessons:
    """Log ratios, by segment, of how much oftener accepted issues say a phrase or touch a topic."""

    phrases: Mapping[Phrase, Ratios] = field(default_factory=dict)
    topics: Mapping[str, Ratios] = field(default_factory=dict)

    def weigh(self, evidence: Evidence, topics: Mapping[str, float]) -> Ratios:
        """Return the log odds that the lessons add for each segment."""
        odds: dict[str, float] = defaultdict(float)
        loudness = sqrt(3.0 + sum(mention.presence for mention in evidence.values()))
        for phrase, mention in evidence.items():
            for segment, ratio in self.phrases.get(phrase, {}).items():
                odds[segment] += WORD_VOICE * ratio * mention.presence / loudness
        for topic, chance in topics.items():
            for segment, ratio in self.topics.get(topic, {}).items():
                odds[segment] += TOPIC_VOICE * ratio * chance
        return odds


NOTHING_LEARNT = Lessons()


def touch_topics(evidence: Evidence, signals: Mapping[str, Signals], own: bool) -> Ratios:
    """Return how likely the issue concerns each topic; `own` topics are the segments themselves."""
    if not own:
        signals = read_signals((mention, mention.step.topics) for mention in evidence.values())
    chances = {topic: estimate(signal) for topic, signal in signals.items()}
    return {topic: chance for topic, chance in chances.items() if chance > TOUCHED}


def list_words(table: PhraseTable, issues: Iterable[IssueText]) -> None:
    """Add the single words of the issues to the table, so that answers can teach about them."""
    for issue in issues:
        sentences = [sentence for sentence, weight in weigh_sentences(issue.body) if weight > 0.5]
        for text in (issue.title, issue.repository, *issue.labels, *sentences):
            for word in read_words(text):
                if len(word.folded) > 1 and word.folded not in STOPWORDS and word.folded.isalpha():
                    table.add((word.folded,))


def draw_lessons(table: PhraseTable, answers: Iterable[Answer], own: bool) -> Lessons:
    """Compare, for each segment, what accepted and rejected issues say."""
    by_segment: dict[str, dict[IssueText, bool]] = defaultdict(dict)
    for answer in answers:
        by_segment[answer.segment][answer.issue] = answer.accepted
    read: dict[IssueText, tuple[dict[Phrase, float], Ratios]] = {}
    for issue in {issue for verdicts in by_segment.values() for issue in verdicts}:
        evidence = gather(issue, table)
        signals = read_signals((m, m.step.segments) for m in evidence.values())
        said = {phrase: mention.presence for phrase, mention in evidence.items()}
        read[issue] = said, touch_topics(evidence, signals, own)
    phrases: dict[Phrase, Ratios] = defaultdict(dict)
    topics: dict[str, Ratios] = defaultdict(dict)
    for segment, verdicts in sorted(by_segment.items()):
        yes = [read[issue] for issue, accepted in verdicts.items() if accepted]
        no = [read[issue] for issue, accepted in verdicts.items() if not accepted]
        for phrase, ratio in compare([said for said, _ in yes], [said for said, _ in no]).items():
            phrases[phrase][segment] = ratio
        for topic, ratio in compare([seen for _, seen in yes], [seen for _, seen in no]).items():
            topics[topic][segment] = ratio
    return Lessons(dict(phrases), dict(topics))


def compare(yes: list[dict[T, float]], no: list[dict[T, float]]) -> dict[T, float]:
    """Return the positive log ratios of how present each item is in `yes` against `no`."""
    for_it: dict[T, float] = defaultdict(float)
    against: dict[T, float] = defaultdict(float)
    for counts, items in ((for_it, yes), (against, no)):
        for weights in items:
            for item, weight in weights.items():
                counts[item] += weight
    base = log((len(yes) + 2 * DOUBT) / (len(no) + 2 * DOUBT))
    ratios = {
        item: log((count + DOUBT) / (against.get(item, 0.0) + DOUBT)) - base
        for item, count in for_it.items()
    }
    return {item: ratio for item, ratio in ratios.items() if ratio > 0}
