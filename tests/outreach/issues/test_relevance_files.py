"""Files of segments and issues are read, or refused by name and line."""

import json
from pathlib import Path

import pytest

from outreach.issues.relevance.files import (
    load_templates,
    read_answers,
    read_issues,
    read_profiles,
)
from outreach.refusal import Refused

GOOD = {"slug": "film", "name": "Film people"}


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "given.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "line 1: a list of segments"),
        ("{}", "line 1: a list of segments"),
        ("[]", "line 1: the list has no segments"),
        ("[\n {},\n", "line 2: “slug” must be text"),
        ('[\n {"slug": "a"}\n]', "line 2: “name” must be text"),
        ('[\n\n "film"\n]', "line 3: a segment must be an object"),
        ('[\n {"slug": "a",\n "name" "b"}]', "line 3: this is not JSON"),
        ("[" * 100_000, "line 1: this is not JSON"),
        (json.dumps([GOOD, GOOD]), "line 1: the segment “film” appears twice"),
        (json.dumps([{**GOOD, "keywords": "vfx"}]), "“keywords” must be a list"),
        (b'[\n{"slug": "\xff"}]', "line 2: this is not UTF-8"),
        (b"[" + b"1" * 5000 + b"]", "line 1: this is not JSON (a number is too long)"),
    ],
)
def test_a_bad_list_of_segments_is_refused(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(Refused) as refusal:
        read_profiles(path)
    assert sentence in str(refusal.value)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("\n{", "line 2: this is not JSON"),
        ("[]", "line 1: an issue must be an object"),
        ('{"id": 7, "title": "x"}', "line 1: “id” must be text"),
        ('{"id": "7", "title": " "}', "line 1: “title” must be text"),
        ('{"id": "7", "title": "x", "labels": [{}]}', "“labels” must be a list of texts"),
        ('{"id": "7", "title": "x"}\n{"id": "7", "title": "y"}', "line 2: the issue “7” appears"),
    ],
)
def test_a_bad_file_of_issues_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(Refused, match="given.json, line"):
        read_issues(written(tmp_path, content))
    with pytest.raises(Refused) as refusal:
        read_issues(written(tmp_path, content))
    assert sentence in str(refusal.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="absent.json cannot be read"):
        read_issues(tmp_path / "absent.json")


def test_slug_and_name_are_enough_for_a_segment(tmp_path: Path) -> None:
    (profile,) = read_profiles(written(tmp_path, json.dumps([GOOD])))
    assert (profile.slug, profile.keywords, profile.summary) == ("film", (), "")


def test_an_answer_says_yes_or_no_for_every_segment(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "title": "Answered", "audiences": ["film", "unknown"]},
        {"id": "2", "title": "Answered with nobody", "audiences": []},
        {"id": "3", "title": "Open", "body": None},
    ]
    rows = read_issues(written(tmp_path, "\n".join(map(json.dumps, lines))))
    profiles = read_profiles(written(tmp_path, json.dumps([GOOD, {"slug": "b", "name": "B"}])))
    answers = [(a.issue.id, a.segment, a.accepted) for a in read_answers(rows, profiles)]
    assert answers == [
        ("1", "film", True),
        ("1", "b", False),
        ("2", "film", False),
        ("2", "b", False),
    ]


def test_the_templates_that_ship_are_complete() -> None:
    templates = load_templates()
    assert len(templates) == 12
    assert all(t.summary and t.keywords and t.projects and t.software for t in templates)
