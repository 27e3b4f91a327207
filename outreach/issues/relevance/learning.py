"""What the answers of staff teach about words, phrases and topics (naive Bayes)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import NamedTuple, TypeVar

from outreach.issues.relevance.bodies import weigh_sentences
from outreach.issues.relevance.commonplace import STOPWORDS
from outreach.issues.relevance.evidence import Evidence, gather
from outreach.issues.relevance.fitting import fit
from outreach.issues.relevance.phrases import Phrase, PhraseTable
from outreach.issues.relevance.signals import BIAS, estimate, log_odds, read_signals
from outreach.issues.relevance.subjects import IssueText, LinkAnswer
from outreach.issues.relevance.words import fold_phrase

# Pretended answers each way, so that one answer alone decides nothing.
DOUBT = 0.1
# Topics an issue hardly touches are not counted.
TOUCHED = 0.1
# Answers are split by repository owner into so many parts when the voices are tuned.
PARTS = 5
# More examples than these do not change the voices any more.
EXAMPLES = 4000

Ratios = dict[str, float]
T = TypeVar("T", bound=Hashable)


class Voices(NamedTuple):
    """How loudly the profile, learnt words and learnt topics speak when they are added up."""

    bias: float = -0.5
    profile: float = 0.9
    words: float = 1.0
    topics: float = 0.7


class Reading(NamedTuple):
    """What an issue says: phrases by presence, topics by likelihood, the profiles' log odds."""

    said: Mapping[Phrase, float]
    topics: Ratios
    odds: Ratios


@dataclass(frozen=True)
class Lessons:
    """Log ratios, by segment, of how much oftener accepted issues say a phrase or touch a topic."""

    segments: frozenset[str] = frozenset()
    phrases: Mapping[Phrase, Ratios] = field(default_factory=dict)
    topics: Mapping[str, Ratios] = field(default_factory=dict)
    voices: Voices = Voices()

    def weigh(self, reading: Reading) -> Ratios:
        """Return the log odds of every segment that the profiles or the lessons speak for."""
        if not self.segments:
            return reading.odds
        said, touched = self.hear(reading)
        voices, odds = self.voices, dict(reading.odds)
        for segment in self.segments:
            odds[segment] = (
                voices.bias
                + voices.profile * odds.get(segment, BIAS)
                + voices.words * said.get(segment, 0.0)
                + voices.topics * touched.get(segment, 0.0)
            )
        return odds

    def hear(self, reading: Reading) -> tuple[Ratios, Ratios]:
        """Return what the learnt words and the learnt topics say for each segment."""
        said: Ratios = defaultdict(float)
        loudness = sqrt(3.0 + sum(reading.said.values()))
        for phrase, presence in reading.said.items():
            if ratios := self.phrases.get(phrase):
                share = presence / loudness
                for segment, ratio in ratios.items():
                    said[segment] += ratio * share
        touched: Ratios = defaultdict(float)
        for topic, chance in reading.topics.items():
            for segment, ratio in self.topics.get(topic, {}).items():
                touched[segment] += ratio * chance
        return said, touched


NOTHING_LEARNT = Lessons()


def read_issue(evidence: Evidence, learns: bool, own: bool) -> Reading:
    """Return what the evidence says; `own` topics are the segments themselves."""
    signals = read_signals((mention, mention.step.segments) for mention in evidence.values())
    odds = {slug: log_odds(signal) for slug, signal in signals.items()}
    if not learns:
        return Reading({}, {}, odds)
    if not own:
        signals = read_signals((mention, mention.step.topics) for mention in evidence.values())
    chances = {topic: estimate(signal) for topic, signal in signals.items()}
    touched = {topic: chance for topic, chance in chances.items() if chance > TOUCHED}
    return Reading({p: mention.presence for p, mention in evidence.items()}, touched, odds)


def list_words(table: PhraseTable, issues: Iterable[IssueText]) -> None:
    """Add the single words of the issues to the table, so that answers can teach about them."""
    for issue in issues:
        sentences = [sentence for sentence, weight in weigh_sentences(issue.body) if weight > 0.5]
        for text in (issue.title, issue.repository, *issue.labels, *sentences):
            for word in fold_phrase(text):
                if len(word) > 1 and word not in STOPWORDS and word.isalpha():
                    table.add((word,))


def draw_lessons(table: PhraseTable, answers: Sequence[LinkAnswer], own: bool) -> Lessons:
    """Compare what accepted and rejected issues say, and tune how loudly that speaks.

    For the tuning each part of the answers is judged by lessons drawn from the other parts;
    issues of one repository owner resemble each other and stay in one part.
    """
    issues = dict.fromkeys(answer.issue for answer in answers)
    readings = {issue: read_issue(gather(issue, table), True, own) for issue in issues}
    owners = dict.fromkeys(issue.owner for issue in issues)
    part_of = {owner: place % PARTS for place, owner in enumerate(sorted(owners))}
    parts: list[list[LinkAnswer]] = [[] for _ in range(PARTS)]
    for answer in answers:
        parts[part_of[answer.issue.owner]].append(answer)
    inputs, wanted = [], []
    for held in parts:
        others = [answer for part in parts if part is not held for answer in part]
        lessons = contrast(readings, others)
        heard = {one: lessons.hear(readings[one]) for one in {answer.issue for answer in held}}
        for answer in held:
            segment, (said, touched) = answer.segment, heard[answer.issue]
            known = readings[answer.issue].odds.get(segment, BIAS)
            inputs.append((1.0, known, said.get(segment, 0.0), touched.get(segment, 0.0)))
            wanted.append(float(answer.accepted))
    stride = len(inputs) // EXAMPLES + 1
    voices = fit(inputs[::stride], wanted[::stride], Voices(), (5.0, 5.0, 5.0, 5.0))
    lessons = contrast(readings, answers)
    return Lessons(lessons.segments, lessons.phrases, lessons.topics, Voices(*voices))


def contrast(readings: Mapping[IssueText, Reading], answers: Iterable[LinkAnswer]) -> Lessons:
    """Return, for each segment, what accepted issues say oftener than rejected ones."""
    sides: dict[str, tuple[list[Reading], list[Reading]]] = defaultdict(lambda: ([], []))
    for answer in answers:
        sides[answer.segment][not answer.accepted].append(readings[answer.issue])
    phrases: dict[Phrase, Ratios] = defaultdict(dict)
    topics: dict[str, Ratios] = defaultdict(dict)
    for segment, (yes, no) in sides.items():
        for phrase, ratio in compare([r.said for r in yes], [r.said for r in no]).items():
            phrases[phrase][segment] = ratio
        for topic, ratio in compare([r.topics for r in yes], [r.topics for r in no]).items():
            topics[topic][segment] = ratio
    return Lessons(frozenset(sides), dict(phrases), dict(topics))


def compare(yes: list[Mapping[T, float]], no: list[Mapping[T, float]]) -> dict[T, float]:
    """Return the positive log ratios of how present each item is in `yes` against `no`."""
    for_it: dict[T, float] = defaultdict(float)
    for weights in yes:
        for item, weight in weights.items():
            for_it[item] += weight
    against: dict[T, float] = defaultdict(float)
    for weights in no if for_it else ():
        for item in for_it.keys() & weights.keys():
            against[item] += weights[item]
    base = log((len(yes) + 2 * DOUBT) / (len(no) + 2 * DOUBT))
    ratios = {
        item: log((count + DOUBT) / (against.get(item, 0.0) + DOUBT)) - base
        for item, count in for_it.items()
    }
    return {item: ratio for item, ratio in ratios.items() if ratio > 0}
