"""The command that judges a file of issues for a file of segments."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from outreach.issues.relevance.files import (
    load_templates,
    read_answers,
    read_issues,
    read_profiles,
)
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import Finding, Profile
from views.commands.refusals import Told


@click.command("relevance-files", cls=Told, code=2, short_help="Link issues of a file to segments.")
@click.option("--segments", default="default", help="A JSON list of segments, or “default”.")
@click.option("--issues", required=True, type=click.Path(path_type=Path), help="Issues by line.")
@click.option("--feedback", type=click.Path(path_type=Path), help="Issues that staff answered.")
def command(segments: str, issues: Path, feedback: Path | None) -> None:
    """Print which segments each issue of a file concerns, as JSON.

    Issues with the field “audiences” are answered already and left out.
    """
    predictions = predict(segments, issues, feedback)
    json.dump(predictions, sys.stdout)
    sys.stdout.write("\n")


def predict(segments: str, issues: Path, feedback: Path | None) -> dict[str, object]:
    """Return rankings by segment, and assigned segments and reasons by issue."""
    templates = load_templates()
    profiles = templates if segments == "default" else read_profiles(Path(segments))
    relevance = Relevance.build(profiles, templates)
    rows = read_issues(issues)
    if feedback is not None:
        relevance = relevance.learn(read_answers(read_issues(feedback), profiles))
    found = {r.issue.id: relevance.judge(r.issue) for r in rows if r.audiences is None}
    if skipped := len(rows) - len(found):
        click.echo(f"{skipped} issues are answered already and were left out.", err=True)
    return {
        "rankings": {profile.slug: _rank(found, profile) for profile in profiles},
        "assigned": {
            key: [f.segment for f in findings if f.concerns] for key, findings in found.items()
        },
        "reasons": {
            key: {f.segment: [list(phrase) for phrase in f.phrases] for f in findings if f.concerns}
            for key, findings in found.items()
        },
    }


def _rank(found: dict[str, list[Finding]], profile: Profile) -> list[list[object]]:
    """Return the issues that give any sign of the segment with their scores, best first."""
    scored = [
        (-finding.score, key)
        for key, findings in found.items()
        for finding in findings
        if finding.segment == profile.slug
    ]
    return [[key, round(-score, 6)] for score, key in sorted(scored)]


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
