"""Questions at sign-up: which are asked, and what was answered, for staff alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from models import Booth, Event
from models.staffing import SHIRTS
from outreach.calendars.clock import say_list
from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing.sign_up_answers import (
    LONGEST,
    AnswerLine,
    list_answers,
    set_questions,
)
from views.booth.booth_rows import booth_of, event_here
from views.web.act import Done, act_on_form
from views.web.forms import TICK, TICKS, SheetForm
from views.web.guards import STAFF, allow
from views.web.request import db, me, real_now
from views.web.spreadsheet import as_spreadsheet

blueprint = Blueprint("sign_up_answers", __name__)

WORDS = {
    "shirt": N_("Size of shirt"),
    "food": N_("Food: allergies, vegetarian"),
    "spoken": N_("Languages spoken at the booth"),
    "ticket": N_("Whether they have an entrance ticket"),
    "note_to_team": N_("A free note to the team"),
}
HEADS = {
    "shirt": N_("Shirt"),
    "food": N_("Food"),
    "spoken": N_("Languages"),
    "ticket": N_("Ticket"),
    "note_to_team": N_("Note"),
}
SAID = {
    "no_shirt": N_("none wanted"),
    "has_ticket": N_("has one"),
    "needs_ticket": N_("needs one"),
}
"""What stands for a code; a size stands for itself."""


class QuestionsForm(SheetForm):
    """Which of the questions are asked."""

    asked = SelectMultipleField(
        N_("Asked at sign-up"),
        choices=[SelectChoice(name, words) for name, words in WORDS.items()],
        widget=TICKS,
        option_widget=TICK,
        description=N_("Nobody must answer. Answers to what you take away are kept, unseen."),
    )


@blueprint.route("/events/<int:event_id>/booth/answers", methods=["GET", "POST"])
@allow(STAFF)
def show(event_id: int) -> ResponseReturnValue:
    """Show who answered what, and set what is asked."""
    event = event_here(event_id)
    booth = booth_of(event)
    form = QuestionsForm(data={"asked": list(booth.asked_at_sign_up)})
    chosen = form.asked.data or []
    return act_on_form(
        form,
        lambda: set_questions(db(), booth, event, chosen, me(), real_now()),
        lambda entry: Done(
            _("Asked at sign-up from now on.") if chosen else _("Nothing is asked at sign-up."),
            url_for("sign_up_answers.show", event_id=event_id),
            entry,
        ),
        lambda: _page(event, booth, form),
    )


@blueprint.get("/events/<int:event_id>/booth/answers.csv")
@allow(STAFF)
def spreadsheet(event_id: int) -> Response:
    """Give the answers to a spreadsheet: a row for everybody with a place."""
    booth = booth_of(event_here(event_id))
    asked = booth.asked_at_sign_up
    head = ("person", *(name.replace("_", " ") for name in asked))
    return as_spreadsheet(f"answers-{event_id}", head, _rows(list_answers(db(), booth), asked))


def _page(event: Event, booth: Booth, form: QuestionsForm) -> str:
    asked, lines = booth.asked_at_sign_up, list_answers(db(), booth)
    return render_template(
        "booths/answers.html",
        event=event,
        form=form,
        heads=[HEADS[name] for name in asked],
        rows=[(name, zip(asked, cells, strict=True)) for name, *cells in _rows(lines, asked)],
        of=HEADS,
        typed=LONGEST,
        counts=say_counts(lines, asked) if lines else [],
    )


def _rows(lines: Iterable[AnswerLine], asked: Sequence[str]) -> Iterable[list[str]]:
    """Return a row for each person: their name, then what they answered, "" where nothing."""
    for line in lines:
        said = (line.said.get(name, "") for name in asked)
        yield [line.person.name, *(str(SAID.get(words, words)) for words in said)]


def say_ticket(code: str | None) -> str:
    """Say whether somebody has a ticket: "needs one"."""
    return str(SAID[code]) if code else ""


def say_counts(lines: Sequence[AnswerLine], asked: Collection[str]) -> list[str]:
    """Say how many shirts of each size and how many tickets are wanted, a sentence each."""
    said = []
    if "shirt" in asked:
        sizes = Counter(line.said.get("shirt") for line in lines)
        wanted = [f"{sizes[size]} × {size}" for size in SHIRTS[:-1] if sizes[size]]
        none = _("%(number)s want none", number=sizes["no_shirt"]) if sizes["no_shirt"] else ""
        said.append(_("Shirts: %(sizes)s.", sizes=_listed([*wanted, none], sizes[None])))
    if "ticket" in asked:
        tickets = Counter(line.said.get("ticket") for line in lines)
        needed = _("%(number)s needed", number=tickets["needs_ticket"])
        had = tickets["has_ticket"]
        has_any = _("%(number)s have one", number=had) if had else ""
        said.append(_("Tickets: %(count)s.", count=_listed([needed, has_any], tickets[None])))
    return said


def _listed(counts: Iterable[str], silent: int) -> str:
    left = _("%(number)s have not said", number=silent) if silent else ""
    return say_list([one for one in (*counts, left) if one])
