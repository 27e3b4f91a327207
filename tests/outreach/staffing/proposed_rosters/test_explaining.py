"""What cannot be filled is explained by facts, and each remedy really fills it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from outreach.staffing.proposed_rosters.explanation import Open, explain, say_merits
from outreach.staffing.proposed_rosters.problem import Problem, ProposedPlace, Volunteer
from outreach.staffing.proposed_rosters.reasons import Diary
from outreach.staffing.proposed_rosters.remedies import Remedy
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.greedy import fill
from outreach.staffing.proposed_rosters.solvers.ruin import better
from outreach.staffing.rules import Rules, breaches_of
from tests.outreach.staffing.proposed_rosters.puzzles import (
    at,
    holding,
    made_up,
    person,
    problem,
    slot,
    talk,
)

LEADS = frozenset({"lead"})


def told(sought: Problem) -> list[Open]:
    return explain(fill(Board(sought)))


def only(sought: Problem) -> Open:
    (found,) = told(sought)
    return found


def sentences(found: Open) -> list[str]:
    return [remedy.sentence for remedy in found.remedies]


def test_the_only_two_leads_are_speaking():
    speakers = [
        person(n, name, words=LEADS, commitments=(talk(15.25),))
        for n, name in ((1, "Ada"), (2, "Lin"))
    ]
    sought = problem([slot(1, 15, needs=("lead",))], [*speakers, person(3, "Sol")])
    found = only(sought)
    assert found.sentence == "Wed 15:00 needs a lead; the only two, Ada and Lin, are speaking then."
    assert found.missing == 0


def test_a_slot_that_begins_after_the_talk_would_do():
    ada = person(1, "Ada", commitments=(talk(15),))
    found = only(problem([slot(1, 15, hours=3)], [ada]))
    assert found.sentence == "Wed 15:00 lacks one person: Ada is speaking then."
    assert sentences(found) == [
        "Ada's talk ends 15:45: start the slot at 16:15",
        "one more person free on Wed 31 Jul, 15:00–18:00",
    ]


def test_a_slot_that_ends_before_the_talk_would_do():
    ada = person(1, "Ada", commitments=(talk(17.25),))
    found = only(problem([slot(1, 15)], [ada]))
    assert found.sentence == "Wed 15:00 lacks one person: Ada has a talk too near to it."
    assert sentences(found)[0] == "Ada's talk begins 17:15: end the slot at 16:45"


def test_a_third_slot_in_a_row_would_do():
    slots = [slot(n, 13 + 2 * n, max_people=1) for n in (1, 2, 3)]
    held = tuple(ProposedPlace(n, 1) for n in (1, 2))
    kim = person(1, "Kim", commitments=tuple(map(holding, slots[:2])))
    rules = Rules(most_minutes_a_day=600)
    found = only(problem(slots, [kim], rules=rules, held=held))
    assert found.sentence == "Wed 19:00 lacks one person: Kim would stand too many slots in a row."
    assert sentences(found)[0] == "allow Kim a third slot in a row"


def test_a_longer_day_would_do():
    slots = [slot(1, 9), slot(2, 14), slot(3, 18, hours=1.5)]
    held = (ProposedPlace(1, 1), ProposedPlace(2, 1))
    kim = person(1, "Kim", commitments=tuple(map(holding, slots[:2])))
    found = only(problem(slots, [kim], held=held))
    assert sentences(found)[0] == "allow Kim 5.5 hours on Wed 31 Jul"


def test_staying_longer_would_do():
    sol = person(1, "Sol", free=((at(9), at(16)),))
    found = only(problem([slot(1, 15)], [sol]))
    assert found.sentence == "Wed 15:00 lacks one person: Sol is not free then."
    assert sentences(found)[0] == "ask Sol to stay until 17:00 instead of 16:00"


def test_standing_longer_than_offered_would_do():
    sol = person(1, "Sol", most_minutes=120)
    found = told(problem([slot(1, 9, max_people=1), slot(2, 14, max_people=1)], [sol]))
    assert sentences(found[0])[0] == "ask Sol for 4 hours instead of 2"


def test_nobody_to_ask_and_a_need_that_nobody_meets():
    assert only(problem([slot(1, 15)], [])).sentence == (
        "Wed 15:00 lacks one person, and nobody is left to ask."
    )
    found = only(problem([slot(1, 15, needs=("language:fr",))], [person(1)]))
    assert found.sentence == "Wed 15:00 needs somebody who speaks French, and nobody here is that."
    assert sentences(found) == ["one more person who speaks French free on Wed 31 Jul, 15:00–17:00"]


def test_a_full_slot_says_that_it_is_full():
    one = slot(1, 15, needs=("lead",), max_people=1)
    sol = person(1, "Sol", commitments=(holding(one),))
    ada = person(2, "Ada", words=LEADS)
    found = only(problem([one], [sol, ada], held=(ProposedPlace(1, 1),)))
    assert found.sentence == (
        "Wed 15:00 needs a lead; the only one, Ada, could, but the shift is full."
    )
    assert sentences(found) == ["give the shift one place more, for Ada"]


def test_many_people_are_counted_and_few_are_named():
    crowd = [person(n, free=((at(9), at(11)),)) for n in range(1, 6)]
    crowd.append(person(6, "Ada", commitments=(talk(16),)))
    found = only(problem([slot(1, 15)], crowd))
    assert found.sentence == (
        "Wed 15:00 lacks one person: five are not free then, Ada is speaking then."
    )


@pytest.mark.parametrize("seed", range(6))
def test_every_reason_is_true_and_every_remedy_works(seed):
    sought = made_up(seed, 24, 9, 3)
    draft = better(fill(Board(sought)), 30, seed)
    found = explain(draft)
    assert sum(one.missing for one in found) == draft.score().missing
    for one in found:
        everybody = {who.person_id for who in one.why}
        assert one.need or everybody | on(draft, one.slot_id) == {p.id for p in sought.people}
        for remedy in one.remedies:
            assert helps(draft, one, remedy), (one.sentence, remedy.sentence)


def on(draft: Draft, slot_id: int) -> set[int]:
    s = draft.board.slot_number[slot_id]
    new = {draft.board.people[p].id for p in draft.on[s]}
    return new | {draft.board.people[p].id for one, p in draft.board.holds if one == s}


def helps(draft: Draft, found: Open, remedy: Remedy) -> bool:
    """Apply a remedy and ask the rules whether its person may stand there then."""
    sought = draft.board.problem
    changed = sought.by_id[found.slot_id]
    if remedy.starts is not None and remedy.ends is not None:
        changed = replace(changed, starts=remedy.starts, ends=remedy.ends)
    if remedy.person_id is None:
        return not breaches_of(changed, (), sought.rules, sought.zone)
    who = sought.person_by_id[remedy.person_id]
    doings = Diary(draft).doings(draft.board.person_number[who.id])
    breaches = breaches_of(changed, doings, allowed(sought.rules, remedy), sought.zone)
    if remedy.kind == "lunch":
        return [breach.code for breach in breaches] == ["lunch"]
    return not breaches and may(who, changed, remedy, len(on(draft, found.slot_id)))


def allowed(rules: Rules, remedy: Remedy) -> Rules:
    if remedy.kind == "row":
        return replace(rules, most_in_a_row=remedy.amount)
    if remedy.kind == "day":
        return replace(rules, most_minutes_a_day=remedy.amount)
    return rules


def may(who: Volunteer, changed, remedy: Remedy, there: int) -> bool:
    if remedy.kind == "room":
        return there < remedy.amount
    if remedy.kind == "most":
        assert remedy.amount > (who.most_minutes or 0)
    return remedy.kind == "stay" or who.is_free(changed)


@pytest.mark.parametrize(
    ("hours", "until", "said"),
    [
        (1, 1, "1st of 8 h"),
        (1, 3, "3rd of 8 h"),
        (2, 4, "up to 4 of 8 h"),
        (1, 2.5, "up to 2.5 of 8 h"),
    ],
)
def test_each_place_says_which_of_their_hours_it_is(hours, until, said):
    sought = problem([slot(1, 9, hours)], [person(1, is_experienced=False)])
    place, whole = ProposedPlace(1, 1), timedelta(hours=8)
    assert say_merits(sought, place, timedelta(hours=until), whole, True) == said
