"""On real issues the matches stay as good as they were, and every reason can be found."""

import json
from pathlib import Path

import pytest

from outreach.issues.relevance.files import load_templates, read_answers, read_issues
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import IssueText

TEMPLATES = load_templates()


def texts(issue: IssueText) -> dict[str, str]:
    return {
        "title": issue.title,
        "body": issue.body,
        "repository": issue.repository,
        "label": "\n".join(issue.labels),
    }


@pytest.mark.parametrize("name", ["issues-open.jsonl", "issues-open-noisy.jsonl"])
def test_every_phrase_shown_occurs_in_the_issue(shared_data: Path, name: str) -> None:
    rows = read_issues(shared_data / "issues" / name)
    plain = Relevance.build(TEMPLATES, TEMPLATES)
    for index in (plain, plain.learn(read_answers(rows, TEMPLATES))):
        for row in rows:
            for finding in index.judge(row.issue):
                assert all(quote in texts(row.issue)[where] for quote, where in finding.phrases)


def test_hostile_strings_are_judged_without_an_exception(shared_data: Path) -> None:
    index = Relevance.build(TEMPLATES, TEMPLATES)
    strings = json.loads((shared_data / "naughty" / "blns.json").read_text(encoding="utf-8"))
    for text in strings:
        for finding in index.judge(IssueText("1", text, text, text, (text,))):
            assert all(quote in text for quote, _ in finding.phrases)


@pytest.mark.parametrize("name", ["issues-open.jsonl", "issues-open-noisy.jsonl"])
def test_labelled_issues_find_their_segments(shared_data: Path, name: str) -> None:
    rows = read_issues(shared_data / "issues" / name)
    index = Relevance.build(TEMPLATES, TEMPLATES)
    given = {r.issue.id: {f.segment for f in index.judge(r.issue) if f.concerns} for r in rows}
    labels = {row.issue.id: row.audiences or frozenset() for row in rows}
    hits = sum(len(given[key] & labels[key]) for key in labels)
    named = sum(len(given[key]) + len(labels[key]) for key in labels)
    idle = [key for key in labels if not labels[key]]
    assert 2 * hits / named > 0.87
    assert sum(1 for key in idle if given[key]) / len(idle) < 0.1
