"""Loads what the example foundation tracks and plans: issues, asks, decisions, calls, talks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from models import (
    Approval,
    Ask,
    Brief,
    Call,
    ChecklistItem,
    Decision,
    Event,
    EventNote,
    EventPlan,
    Issue,
    IssueSegment,
    NoteMention,
    TeamMember,
    Tracker,
)
from models.events import PLANNED
from outreach.example.facts import day, read
from outreach.example.loading import Loading
from outreach.example.talks import add_talks
from outreach.issues.linking import find_place
from outreach.issues.texts import as_text
from outreach.planning.calls.edit import TypedCall, columns_of
from outreach.planning.checklists.edit import rows_of

OLD_NEWS = timedelta(days=60)
"""How long before the clock an issue without a date counts as matched."""


def add_issues(loading: Loading) -> None:
    """Add the trackers, the copies of their issues, the segments they concern, the asks."""
    trackers = {facts["slug"]: _tracker(loading, facts) for facts in read("trackers")}
    loading.session.flush()
    issues: dict[tuple[str, str], Issue] = {}
    for facts in read("issues"):
        issue = _issue(loading, trackers[facts["tracker"]], facts)
        issues[facts["tracker"], issue.key] = issue
        loading.session.add(issue)
        loading.session.flush()
        _link_issue(loading, issue, facts)
    for facts in read("asks"):
        loading.session.add(_ask(loading, issues[facts["tracker"], facts["key"]], facts))


def _tracker(loading: Loading, facts: dict[str, Any]) -> Tracker:
    tracker = Tracker(
        foundation_id=loading.foundation.id,
        kind=facts["kind"],
        name=facts["name"],
        url=facts["url"],
        synced_at=loading.clock,
    )
    loading.session.add(tracker)
    return tracker


def _issue(loading: Loading, tracker: Tracker, facts: dict[str, Any]) -> Issue:
    return Issue(
        foundation_id=loading.foundation.id,
        tracker_id=tracker.id,
        key=facts["key"],
        title=facts["title"],
        url=facts["url"],
        body=facts["body"],
        labels=facts.get("labels") or [],
        state=facts["state"],
        state_note=facts.get("stateNote") or "",
        opened_on=day(facts.get("opened")),
    )


def _link_issue(loading: Loading, issue: Issue, facts: dict[str, Any]) -> None:
    text = as_text(issue)
    for link in facts["segments"]:
        loading.session.add(
            IssueSegment(
                issue_id=issue.id,
                segment_id=loading.segments[link["slug"]].id,
                phrases=link["phrases"],
                places=[find_place(phrase, text) or "body" for phrase in link["phrases"]],
                state=link.get("state", "accepted"),
                matched_at=_matched_at(loading, facts),
            )
        )


def _matched_at(loading: Loading, facts: dict[str, Any]) -> datetime:
    known = day(facts.get("matched") or facts.get("opened"))
    if known is None:
        return loading.clock - OLD_NEWS
    return min(datetime.combine(known, time(12), UTC), loading.clock)


def _ask(loading: Loading, issue: Issue, facts: dict[str, Any]) -> Ask:
    helper = loading.people.get(facts.get("helper") or "")
    event = loading.next_of(facts["event"]) if facts.get("event") else None
    return Ask(
        foundation_id=loading.foundation.id,
        issue_id=issue.id,
        segment_id=loading.segments[facts["segment"]].id,
        event_id=event.id if event else None,
        kind=facts["kind"].replace("-", "_"),
        question=facts["question"],
        audience=facts["audience"],
        symptom=facts["symptom"],
        since=facts.get("since") or "",
        steps=facts.get("how") or [],
        then=facts.get("then") or "",
        way_back=facts.get("back") or [],
        answer_url=facts.get("answerUrl"),
        helper_id=helper.id if helper else None,
        good_until=facts.get("goodUntil") or "",
    )


def add_plans(loading: Loading) -> None:
    """Add decisions, teams, calls, talks and briefs."""
    for facts in read("decisions"):
        loading.session.add(_decision(loading, facts))
    _add_owners(loading)
    for facts in read("teams"):
        for member in facts["people"]:
            loading.session.add(
                TeamMember(
                    event_id=loading.event(facts).id,
                    person_id=loading.people[member["name"]].id,
                    is_lead=member["lead"],
                )
            )
    for facts in read("calls"):
        loading.session.add(_call(loading, facts))
    for facts in read("checklists"):
        loading.session.add_all(_checklist(loading, facts))
    add_talks(loading)
    for facts in read("briefs"):
        for event in facts["events"]:
            loading.session.add(_brief(loading, loading.event(event), facts))
    loading.session.flush()


def _decision(loading: Loading, facts: dict[str, Any]) -> Decision:
    return Decision(
        event_id=loading.event(facts).id,
        state=facts["state"].replace("-", "_"),
        reason=facts.get("reason") or "",
        person_id=loading.people[facts["by"]].id,
        decided_on=date.fromisoformat(facts["on"]),
        recorded_at=loading.real,
    )


def _add_owners(loading: Loading) -> None:
    """Let whoever decided own what is planned; add next dates, approvals, whom to turn to there."""
    for facts in read("decisions"):
        if facts["state"] in PLANNED:
            number, owner = loading.event(facts).id, loading.people[facts["by"]].id
            loading.session.add(EventPlan(event_id=number, owner_id=owner))
    loading.session.flush()
    for facts in read("owners"):
        event = loading.event(facts)
        if "organiser" in facts:
            event.organiser, event.manual_url = facts["organiser"], facts["manualUrl"]
            event.organiser_contact = facts["organiserContact"]
        if "nextOn" in facts:
            loading.session.get_one(EventPlan, event.id).next_on = day(facts["nextOn"])
        for told in facts.get("notes", ()):
            _add_note(loading, event, told)
        for given in facts.get("approvals", ()):
            loading.session.add(
                Approval(
                    event_id=event.id,
                    whose=given["whose"],
                    approved_by=given["by"],
                    approved_on=date.fromisoformat(given["on"]),
                    link=given["link"],
                )
            )


def _add_note(loading: Loading, event: Event, facts: dict[str, Any]) -> None:
    note = EventNote(
        foundation_id=loading.foundation.id,
        event_id=event.id,
        author_id=loading.people[facts["by"]].id,
        text=facts["text"],
        written_at=datetime.fromisoformat(facts["at"]),
    )
    loading.session.add(note)
    loading.session.flush()
    for name in facts["names"]:
        person = loading.people[name]
        loading.session.add(NoteMention(note_id=note.id, person_id=person.id))


def _call(loading: Loading, facts: dict[str, Any]) -> Call:
    event = loading.event(facts)
    typed = TypedCall(
        facts["kind"],
        facts["closes"],
        opens_on=day(facts.get("opensOn")),
        told_by=day(facts.get("toldBy")),
        answer_by=day(facts.get("answerBy")),
        takes=facts.get("takes") or "",
    )
    columns = columns_of(typed, event.starts_on, event.timezone)
    return Call(foundation_id=loading.foundation.id, event_id=event.id, **columns)


def _checklist(loading: Loading, facts: dict[str, Any]) -> Iterator[ChecklistItem]:
    """Give what its template asks for; what was due is done on its day, but for what is late."""
    event = loading.event(facts)
    for row in rows_of(loading.foundation, facts["template"]):
        code, first = row["code"], event.ends_on if row["days"] > 0 else event.starts_on
        due, owner = first + timedelta(days=row["days"]), facts["owners"].get(code)
        is_done = due < loading.clock.date() and code not in facts["late"]
        by = loading.people[owner or "Ada Example"].id
        yield ChecklistItem(
            foundation_id=loading.foundation.id,
            event_id=event.id,
            owner_id=by if owner else None,
            evidence=facts["shows"].get(code),
            done_on=due if is_done else None,
            done_by_id=by if is_done else None,
            **row,
        )


def _brief(loading: Loading, event: Event, facts: dict[str, Any]) -> Brief:
    event.goal = facts["goal"]
    return Brief(
        event_id=event.id,
        goal=facts["goal"],
        points=facts["say"],
        questions=facts["faq"],
        contacts=facts["contacts"],
        links=facts["links"],
        changed_at=loading.clock,
    )
