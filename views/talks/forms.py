"""Forms of talks: a text of the library, its way to an event, and what becomes of it there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange, Optional, Regexp

from models import Call, Proposal, Talk
from models.talks import LEVELS, LONGEST_TITLE
from outreach.refusal import about
from outreach.talks.load import OfferedTalk
from outreach.talks.pasted_columns import LANGUAGE, LONGEST_ABSTRACT, MOST_MINUTES
from outreach.talks.speakers import split_names
from outreach.talks.states import StateTold
from views.booth.forms.booths import read_span, spell_span
from views.events.forms import check_address, day, text
from views.plan.forms.asks import prose
from views.web.forms import TICK, TICKS, SheetForm, VersionedForm, strip

MINUTES = f"Give a whole number of minutes from 1 to {MOST_MINUTES}."
GIVES = ("gives_ticket", "gives_travel", "gives_hotel", "gives_fee")
ANSWERS = [SelectChoice("", "not known"), SelectChoice("yes", "yes"), SelectChoice("no", "no")]
AFTER = ("slides_url", "video_url", "feedback")
SLOT = ("when", "room", "is_provisional")
TOLD = ("dated", "told_by", "reason")
FIELDS_OF = {
    "accepted": ("answer_by", *SLOT, *GIVES),
    "waitlisted": ("answer_by",),
    "informed": ("answer_by", *SLOT),
    "confirmed": (*SLOT, *GIVES),
    "scheduled": SLOT,
    "given": AFTER,
    "published": AFTER,
}
"""What becomes known with a state, besides when, why and by whom."""


def names(label: str, hint: str) -> TextAreaField:
    """Make a field for names, one a line."""
    return TextAreaField(label, filters=[strip], description=hint, render_kw={"rows": 3})


class TalkForm(VersionedForm):
    """A text of the library; a title is enough."""

    title = text("Title", LONGEST_TITLE, DataRequired("Give the talk a title."))
    abstract = prose("Abstract", LONGEST_ABSTRACT, 8)
    minutes = IntegerField(
        "Minutes",
        validators=[Optional(), NumberRange(1, MOST_MINUTES, MINUTES)],
        render_kw={"inputmode": "numeric"},
    )
    level = SelectField(
        "Level",
        choices=[SelectChoice("", "not known"), *(SelectChoice(one, one) for one in LEVELS)],
    )
    language = text(
        "Language",
        35,
        Optional(),
        Regexp(rf"{LANGUAGE}\Z", message="Write a code of letters: en, de, pt-BR."),
        description="Two letters: en, de",
    )
    owner = text("Owner", 200, description="Who cares for the text, by name; need not give it.")
    speakers = names(
        "Speakers",
        "One name a line. Who is on your list of people is found by name or mail address; others"
        " speak too, without an account.",
    )
    segments = SelectMultipleField("For", coerce=int, widget=TICKS, option_widget=TICK)

    def offer(self, segments: Iterable[tuple[int, str]]) -> None:
        """Offer these segments, number and short name, to be ticked."""
        self.segments.choices = [SelectChoice(number, name) for number, name in segments]

    def facts(self) -> dict[str, Any]:
        """Return the columns of the talk as typed, without its people."""
        return {
            "title": " ".join((self.title.data or "").split()),
            "abstract": self.abstract.data or "",
            "minutes": self.minutes.data,
            "level": self.level.data or None,
            "language": self.language.data or None,
            "segments": self.segments.data or [],
        }


def typed_talk(talk: Talk) -> dict[str, Any]:
    """Spell a stored talk as it is typed."""
    plain = ("title", "abstract", "minutes", "level", "language", "version")
    return {name: getattr(talk, name) for name in plain} | {
        "owner": talk.owner.name if talk.owner else "",
        "speakers": "\n".join([*(one.name for one in talk.speakers), *talk.co_speakers]),
        "segments": [one.id for one in talk.segments],
    }


class ProposeForm(SheetForm):
    """Which talk goes to which event, and how far it is."""

    talk = SelectField("Talk", coerce=int)
    event = SelectField(
        "Event",
        coerce=int,
        description="Those that you plan, and those whose call is open. Any other has this on its"
        " own page.",
    )

    def offer(self, talks: Iterable[OfferedTalk], events: list[SelectChoice]) -> None:
        """Offer these talks, apart those that are for who gathers there, and these events."""
        groups = {True: "For who gathers there", False: "Others"}
        offered = [
            SelectChoice(one.id, one.title[:100], optgroup=groups[one.fits]) for one in talks
        ]
        if not any(one.optgroup == groups[True] for one in offered):
            offered = [replace(one, optgroup=None) for one in offered]
        self.talk.choices, self.event.choices = offered, events

    state = RadioField(
        "How far is it?",
        choices=[
            SelectChoice("submitted", "Sent: the text stays as it is today"),
            SelectChoice("drafting", "Drafting"),
            SelectChoice("idea", "An idea"),
        ],
        default="submitted",
        validators=[DataRequired("Choose how far it is.")],
    )
    dated = day("Since")


class ProposalForm(VersionedForm):
    """What is known of a proposal: who speaks, when, what they give, what came of it."""

    speakers = names("Speakers", "One name a line, as in the library.")
    call = SelectField("Answers the call", coerce=int, choices=[])
    answer_by = day("Answer by", hint="The last day on which they take our yes.")
    when = text("Day and time", 60, description="By the venue's clock, as Wed 31 Jul 15:15–16:00")
    room = text("Room", 80)
    is_provisional = BooleanField("The time may still move: warn, and block nothing")
    gives_ticket = SelectField("They give a ticket", choices=ANSWERS)
    gives_travel = SelectField("They pay the travel", choices=ANSWERS)
    gives_hotel = SelectField("They pay the hotel", choices=ANSWERS)
    gives_fee = SelectField("They pay a fee", choices=ANSWERS)
    slides_url = text("Slides, address", 500, Optional(), check_address)
    video_url = text("Video, address", 500, Optional(), check_address)
    feedback = text("Feedback in one line", 300)

    def offer(self, calls: Iterable[Call]) -> None:
        """Offer the calls for talks of the event; nothing is asked where there is none."""
        known = [
            SelectChoice(one.id, one.name or one.closes) for one in calls if one.kind == "talks"
        ]
        self.call.choices = [SelectChoice(0, "none"), *known]
        if not known:
            del self.call

    def facts(self, days: tuple[date, date], zone: ZoneInfo) -> dict[str, Any]:
        """Return the columns that the form asks for; refuses a time that cannot be read."""
        plain = ("answer_by", "room", "is_provisional", "feedback")
        found = {name: self[name].data for name in plain if name in self}
        found |= {name: self[name].data or None for name in AFTER[:2] if name in self}
        found |= {"call_id": self.call.data or None} if "call" in self else {}
        answers = {"yes": True, "no": False}
        found |= {name: answers.get(self[name].data) for name in GIVES if name in self}
        return found | (self._slot(days, zone) if "when" in self else {})

    def names(self) -> list[str]:
        """Return the names that were typed."""
        with about("speakers"):
            return split_names(self.speakers.data or "")

    def _slot(self, days: tuple[date, date], zone: ZoneInfo) -> dict[str, Any]:
        if not self.when.data:
            return {"starts_at": None, "ends_at": None}
        starts, ends = read_span(self.when.data, days, zone)
        return {"starts_at": starts, "ends_at": ends}


class MoveForm(ProposalForm):
    """A state that a proposal comes to: when, who told us, why, and what became known by it."""

    dated = day("Since", DataRequired("Give the day as a date."))
    told_by = text("Who told us", 120)
    reason = text("Reason, where they gave one", 300)
    wanted: tuple[str, ...] = ()

    def narrow(self, state: str) -> None:
        """Ask only for what becomes known with a state."""
        self.wanted = (*TOLD, *FIELDS_OF.get(state, ()))
        for name in [field.short_name for field in self if field is not self.version]:
            if name not in self.wanted:
                del self[name]

    @property
    def asked(self) -> list[Field]:
        """Return the fields in the order in which they are asked: first what is always told."""
        return [self[name] for name in self.wanted]

    def told(self) -> StateTold:
        """Return when, why and who told us."""
        return StateTold(self.dated.data, self.reason.data or "", self.told_by.data or "")


def typed_proposal(proposal: Proposal, zone: ZoneInfo) -> dict[str, Any]:
    """Spell a stored proposal as it is typed."""
    plain = ("answer_by", "room", "is_provisional", *AFTER, "version")
    said = {None: "", True: "yes", False: "no"}
    starts, ends = proposal.starts_at, proposal.ends_at
    return {
        **{name: getattr(proposal, name) for name in plain},
        **{name: said[getattr(proposal, name)] for name in GIVES},
        "speakers": "\n".join(proposal.names),
        "call": proposal.call_id or 0,
        "when": spell_span(starts, ends, zone) if starts and ends else "",
    }
