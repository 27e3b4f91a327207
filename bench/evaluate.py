"""Measures how well the match finds what people chose: a table of recall, signal by signal."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench.evaluate_gold import Trial, shared_data, trial
from outreach.matching.engine.terms import EventText, SegmentText
from outreach.matching.engine.text.words import phrase
from outreach.matching.files import match_files, read_inputs

Answer = tuple[str, str]
Change = Callable[[Trial], Trial]
CUTS = (20, 40, 80)


@dataclass(frozen=True)
class Line:
    """One line of the table: what is changed in the question and which signs are left out."""

    name: str
    change: Change = lambda question: question
    without: frozenset[str] = frozenset()
    words_only: bool = False


EVERYTHING = Line("everything")
LINES = (
    Line("BM25 of segment text against event text", words_only=True),
    EVERYTHING,
    Line("without the gazetteer", Trial.without_gazetteer),
    Line("without recognising series", Trial.without_series),
    Line("without neighbours", without=frozenset({"near"})),
    Line("without audience words", without=frozenset({"words"})),
    Line("without the open-source scene", without=frozenset({"scene"})),
    Line("without likeness to places visited", without=frozenset({"kin"})),
    Line("without own events", without=frozenset({"own"})),
)
SETTINGS: tuple[tuple[str, Change], ...] = (
    ("With the history and the gatherings that the segments state", lambda question: question),
    ("With the history, without stated gatherings", Trial.without_gatherings),
    ("Without the history, with stated gatherings", Trial.without_history),
    (
        "Without the history and without stated gatherings",
        lambda question: question.without_history().without_gatherings(),
    ),
)


def recall(found: Sequence[Answer], gold: frozenset[Answer], cut: int) -> float:
    """Return the share of the right answers among the first `cut`."""
    return len(gold & set(found[:cut])) / len(gold) if gold else math.nan


def answers(question: Trial, line: Line) -> list[Answer]:
    """Return the events of the window in the order that this line puts them."""
    changed = line.change(question)
    if line.words_only:
        return bm25(changed)
    found = match_files(
        changed.inputs, changed.as_of, changed.first, changed.last, without=line.without
    )
    return [(row["name"], row["startDate"]) for row in found]


def bm25(question: Trial, k1: float = 1.2, b: float = 0.75) -> list[Answer]:
    """Rank by plain BM25: the text of all segments against name, topics and city."""
    window = [e for e in question.inputs.events if question.first <= e.starts <= question.last]
    texts = [Counter(_event_words(event)) for event in window]
    mean = sum(text.total() for text in texts) / max(1, len(texts))
    carried = Counter(word for text in texts for word in text)
    asked = {word for segment in question.inputs.segments for word in _segment_words(segment)}

    def score(text: Counter[str]) -> float:
        total = 0.0
        for word in asked & text.keys():
            rare = math.log(1 + (len(texts) - carried[word] + 0.5) / (carried[word] + 0.5))
            long = k1 * (1 - b + b * text.total() / mean)
            total += rare * text[word] * (k1 + 1) / (text[word] + long)
        return total

    ranked = sorted(zip(window, texts, strict=True), key=lambda pair: -score(pair[1]))
    return [(event.name, event.starts.isoformat()) for event, _ in ranked]


def _event_words(event: EventText) -> list[str]:
    return list(phrase(" ".join([event.name, *event.topics, event.city or ""])))


def _segment_words(segment: SegmentText) -> list[str]:
    texts = (segment.name, segment.summary, *segment.keywords, *segment.projects)
    return list(phrase(" ".join([*texts, *segment.software])))


def questions(folder: Path) -> list[Trial]:
    """Return the two years that the shared history can judge."""
    files = (
        folder / "segments/almalinux.json",
        folder / "events/events.json",
        folder / "events/history-almalinux-until-2024-07-24.json",
    )
    truth = read_inputs(*files)

    def ask(name: str, first: date, last: date) -> Trial:
        eve = first - timedelta(days=1)
        return trial(name, truth, read_inputs(*files, as_of=eve), eve, first, last)

    return [
        ask("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ask("2024 to July", date(2024, 1, 1), date(2024, 7, 24)),
    ]


def table(asked: Sequence[Trial]) -> list[str]:
    """Return the table as Markdown: recall at each cut, for each question and line."""
    head = ["signals"]
    for question in asked:
        head += [f"{question.name} @{cut}" for cut in CUTS] + [f"first-time @{CUTS[1]}"]
    rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for line in LINES:
        row = [line.name]
        for question in asked:
            found = answers(question, line)
            row += [f"{recall(found, question.gold, cut):.2f}" for cut in CUTS]
            row.append(f"{recall(found, question.first_time, CUTS[1]):.2f}")
        rows.append(row)
    return ["| " + " | ".join(row) + " |" for row in rows]


def main() -> None:
    """Print the table, or one sentence where the shared data is absent."""
    folder = shared_data()
    if folder is None:
        print("The shared data is absent (../shared/data): nothing to measure here.")
        return
    asked = questions(folder)
    for question in asked:
        size = sum(question.first <= e.starts <= question.last for e in question.inputs.events)
        print(
            f"{question.name}: {len(question.gold)} events chosen of {size},"
            f" {len(question.first_time)} of series not visited before"
        )
    for heading, change in SETTINGS:
        print(f"\n### {heading}\n")
        print("\n".join(table([change(question) for question in asked])))


if __name__ == "__main__":
    main()
