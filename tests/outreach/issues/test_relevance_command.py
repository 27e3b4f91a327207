"""`flask relevance-files` prints predictions, or a sentence that names file and line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from views.commands.relevance_files import command

OPEN = {
    "id": "a",
    "repository": "maker/tools",
    "title": "Houdini crashes",
    "body": "",
    "labels": [],
}
IDLE = {"id": "b", "title": "Typo in the contributors page"}
DONE = {"id": "c", "title": "Gaffer crashes on load", "audiences": ["film"]}
ELSE = {"id": "d", "title": "Login fails", "audiences": []}


def lines(folder: Path, name: str, *rows: dict[str, object]) -> str:
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_predictions_name_segments_by_slug_with_their_reasons(tmp_path: Path) -> None:
    result = run("--segments", "default", "--issues", lines(tmp_path, "i.jsonl", OPEN, IDLE))
    printed = json.loads(result.stdout)
    assert result.exit_code == 0
    assert printed["assigned"] == {"a": ["vfx"], "b": []}
    assert printed["rankings"]["vfx"][0][0] == "a"
    assert printed["reasons"]["a"]["vfx"] == [["Houdini", "title"]]


def test_answered_issues_teach_and_are_not_predicted(tmp_path: Path) -> None:
    segments = tmp_path / "s.json"
    segments.write_text('[{"slug": "film", "name": "Film people"}]', encoding="utf-8")
    asked = {"id": "e", "title": "Gaffer loses nodes"}
    issues = lines(tmp_path, "i.jsonl", asked, DONE)
    answers = lines(tmp_path, "f.jsonl", DONE, ELSE)
    result = run("--segments", str(segments), "--issues", issues, "--feedback", answers)
    printed = json.loads(result.stdout)
    assert [key for key, _ in printed["rankings"]["film"]] == ["e"]
    assert "1 issues are answered already" in result.stderr


def test_a_file_without_answers_teaches_nothing(tmp_path: Path) -> None:
    issues = lines(tmp_path, "i.jsonl", {**OPEN, "title": "Houdini \ud800 crashes"})
    taught = run("--issues", issues, "--feedback", lines(tmp_path, "f.jsonl", IDLE))
    assert (taught.exit_code, taught.stdout) == (0, run("--issues", issues).stdout)


@pytest.mark.parametrize("option", ["--issues", "--feedback", "--segments"])
def test_a_bad_file_ends_with_a_sentence_and_2(tmp_path: Path, option: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("\n{", encoding="utf-8")
    given = {"--issues": lines(tmp_path, "i.jsonl", OPEN), option: str(bad)}
    result = run(*(word for pair in given.items() for word in pair))
    assert result.exit_code == 2
    assert "bad.json, line" in result.stderr
    assert result.stdout == ""
