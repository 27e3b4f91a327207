"""Forms of a booth: its hours and how shifts are drawn from them, its rules, one shift."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from models import Booth, Shift, ShiftKind
from outreach import language
from outreach.calendars.clock import say_long_day, say_time
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused, about
from outreach.staffing.booth.cautions import suggest_hours
from outreach.staffing.booth.drawing import Need, Plan
from outreach.staffing.booth.hours import LONGEST_TEXT, from_stored, read_hours, write_hours
from outreach.staffing.booth.needs import KnownSegment, needs_at, read_needs, write_needs
from outreach.staffing.rule_values import BOUNDS, read_clock
from outreach.staffing.rules import Rules
from outreach.staffing.signups.batches.draw import LONGEST_LABEL, LONGEST_NOTE, Wanted
from outreach.staffing.signups.change_shift import LONGEST_NOTE as LONGEST_SHIFT_NOTE
from outreach.staffing.signups.change_shift import MOST_PEOPLE
from views.events.forms import text
from views.plan.forms.asks import prose
from views.web.forms import AS_IT_IS_READ, SheetForm, TypedLike, strip, too_long

KINDS = {"booth": N_("booth"), "set_up": N_("set-up"), "tear_down": N_("tear-down")}
RESTS = {
    "last": N_("makes the last shift longer"),
    "own": N_("is a short shift of its own"),
    "even": N_("is spread over all shifts"),
}
NEED_ROWS = 4


def number(label: str, least: int, most: int, hint: str = "", **kwargs: Any) -> IntegerField:
    sentence = N_("Give a whole number from %(min)s to %(max)s.", min=least, max=most)
    return IntegerField(
        label,
        validators=[InputRequired(sentence), NumberRange(least, most, sentence)],
        description=hint,
        render_kw={"inputmode": "numeric"},
        **kwargs,
    )


def pick(label: str, choices: dict[str, str]) -> SelectField:
    return SelectField(label, choices=[SelectChoice(code, word) for code, word in choices.items()])


class DrawForm(SheetForm):
    """The exhibitor's hours, and how they become shifts."""

    hours = TextAreaField(
        N_("Hours"),
        validators=[
            DataRequired(N_("Type or paste the hours of at least one day.")),
            Length(max=LONGEST_TEXT, message=too_long(LONGEST_TEXT)),
        ],
        description=N_(
            "By the venue's clock, a line each. Set-up and tear-down are shifts of their own."
        ),
        render_kw={"rows": 9, "spellcheck": "false", "class": "sheet", **AS_IT_IS_READ},
    )
    slot_minutes = number(N_("Minutes a shift"), 15, 720)
    rest = pick(N_("What is left of a day"), RESTS)
    min_people = number(N_("At least"), 1, MOST_PEOPLE)
    max_people = number(N_("At most"), 1, MOST_PEOPLE)
    edge_min = number(N_("At least"), 1, MOST_PEOPLE)
    edge_max = number(N_("At most"), 1, MOST_PEOPLE)
    label = text(
        N_("Where it stands"),
        LONGEST_LABEL,
        description=N_("Hall and number: Booth 1131, hall B"),
    )
    note = prose(N_("Note for volunteers"), LONGEST_NOTE, 3, N_("What they do, where to meet."))
    draws_all = BooleanField(N_("Draw all days anew, those with the same hours too"))
    seen = HiddenField()

    def wanted(self, days: tuple[date, date], segments: Sequence[KnownSegment]) -> Wanted:
        """Return what was typed. Refuses lines that cannot be read, with the field's name."""
        found = read_hours(self.hours.data or "", *days)
        if found.wrong:
            raise Refused(" ".join(found.wrong[:5]), "hours")
        if not found.stretches:
            raise Refused(_("There are no hours in these lines."), "hours")
        for least, most in (("min_people", "max_people"), ("edge_min", "edge_max")):
            if self[least].data > self[most].data:
                raise Refused(_("It cannot be less than the fewest."), most)
        numbers = ("slot_minutes", "min_people", "max_people", "edge_min", "edge_max", "rest")
        plan = Plan(
            **{name: self[name].data for name in numbers}, needs=tuple(self._needs(days, segments))
        )
        return Wanted(
            found.stretches, plan, self.label.data or "", self.note.data or "", self.draws_all.data
        )

    def need_rows(self) -> list[tuple[Field, Field, Field]]:
        """Return the rows in which needs are typed: what, on which shifts, when."""
        return [
            (self[f"need{row}"], self[f"need{row}_on"], self[f"need{row}_at"])
            for row in range(1, NEED_ROWS + 1)
        ]

    def _needs(self, days: tuple[date, date], segments: Sequence[KnownSegment]) -> list[Need]:
        found = []
        for what, on, at in self.need_rows():
            with about(at.short_name, needs=what.short_name):
                found += needs_at(what.data or "", on.data, at.data or "", segments, days)
        return found


for _row in range(1, NEED_ROWS + 1):
    # The metaclass of forms takes fields that are set later, in the order in which they are.
    setattr(
        DrawForm,
        f"need{_row}",
        text(N_("Need %(row)s", row=_row), 120, render_kw={"list": "needs", **AS_IT_IS_READ}),
    )
    setattr(DrawForm, f"need{_row}_on", pick(N_("Need %(row)s, on", row=_row), KINDS))
    setattr(
        DrawForm,
        f"need{_row}_at",
        text(N_("Need %(row)s, when", row=_row), 60, render_kw=AS_IT_IS_READ),
    )


def typed_hours(booth: Booth | None, days: tuple[date, date], rules: Rules) -> dict[str, Any]:
    """Return what the form begins with: what the booth has, else every day of the event."""
    stored = from_stored(booth.hours) if booth else ()
    return {
        "hours": write_hours(stored or suggest_hours(*days)),
        "slot_minutes": rules.slot_minutes,
        "rest": "last",
        "min_people": rules.min_people,
        "max_people": rules.max_people,
        "edge_min": rules.min_people,
        "edge_max": rules.max_people,
        "label": booth.label if booth else "",
        "note": booth.note if booth else "",
    }


def typed_plan(plan: Plan, segments: Sequence[KnownSegment]) -> dict[str, Any]:
    """Return what the form begins with where an earlier edition shows how hours are cut."""
    names = ("slot_minutes", "min_people", "max_people", "edge_min", "edge_max", "rest")
    kinds = dict.fromkeys(need.kind for need in plan.needs)
    words = {kind: [need.word for need in plan.needs if need.kind == kind] for kind in kinds}
    typed = {name: getattr(plan, name) for name in names}
    for row, (kind, asked) in enumerate(words.items(), start=1):
        typed |= {f"need{row}": write_needs(asked, segments), f"need{row}_on": kind}
    return typed


def check_clock(_form: SheetForm, field: Field) -> None:
    """Refuse what the rules cannot read again."""
    try:
        read_clock(field.data)
    except ValueError as error:
        raise ValidationError(_("Give a time like 09:30. The last of a day is 23:59.")) from error


def clock_field(label: str) -> StringField:
    """Make a field for a time of day."""
    return StringField(
        label,
        filters=[strip],
        validators=[check_clock],
        render_kw={"class": "short", "placeholder": "09:30"},
    )


def rule(name: str, label: str) -> IntegerField:
    """Make a field for a rule that is a number."""
    return number(label, *BOUNDS[name])


class RulesForm(SheetForm):
    """The rules of one booth."""

    slot_minutes = rule("slot_minutes", N_("Minutes a shift"))
    min_people = rule("min_people", N_("People on a shift, at least"))
    max_people = rule("max_people", N_("People on a shift, at most"))
    most_minutes_a_day = rule("most_minutes_a_day", N_("Minutes a day for one person, at most"))
    most_in_a_row = rule("most_in_a_row", N_("Shifts in a row for one person, at most"))
    lunch_from = clock_field(N_("Lunch begins"))
    lunch_until = clock_field(N_("Lunch ends"))
    lunch_minutes = rule("lunch_minutes", N_("Minutes free around lunch"))
    talk_gap_minutes = rule("talk_gap_minutes", N_("Minutes free before and after one's own talk"))
    handover_minutes = rule(
        "handover_minutes", N_("Minutes two shifts in a row may overlap, for the hand-over")
    )
    least_people_two_days = rule(
        "least_people_two_days", N_("People for a booth of two days or more, at least")
    )
    opens_days_before = rule(
        "opens_days_before", N_("Days before the event on which sign-up opens")
    )
    travel_share = IntegerField(
        N_("Percent of the open time from which travel is paid; empty where it is not"),
        validators=[
            Optional(),
            NumberRange(0, 100, N_("Give a whole number from %(min)s to %(max)s.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    travel_words = text(
        N_("What volunteers read about travel and thanks"),
        300,
        description=N_(
            "On the public page. Left empty, it speaks of travel only where it is paid."
        ),
    )
    holds_networks = BooleanField(
        N_("Newcomers from one network hold at most a third of the open places")
    )
    needs_experience = BooleanField(
        N_(
            "Each shift has somebody who has done it before;"
            " first-timers are never among themselves"
        )
    )

    def rules(self) -> Rules:
        """Return what was typed; refuses what contradicts itself."""
        typed = {one.name: self[one.name].data for one in fields(Rules)}
        typed["travel_share"] = (typed["travel_share"] or 0) / 100
        typed["travel_words"] = typed["travel_words"] or ""
        if typed["max_people"] < typed["min_people"]:
            raise Refused(_("It cannot be less than the fewest."), "max_people")
        if typed["lunch_until"] <= typed["lunch_from"]:
            raise Refused(_("Lunch ends after it begins."), "lunch_until")
        return Rules(**typed)


def typed_rules(rules: Rules) -> dict[str, Any]:
    return asdict(rules) | {"travel_share": round(rules.travel_share * 100)}


class ShiftForm(SheetForm):
    """One shift: when it is, how many it takes, what it asks for."""

    kind = pick(N_("Kind"), KINDS)
    when = text(
        N_("Day and time"),
        60,
        DataRequired(N_("Give a day and a time.")),
        description=TypedLike("Wed 31 Jul 13:00–15:00", N_("By the venue's clock, as %(example)s")),
        render_kw=AS_IT_IS_READ,
    )
    min_people = number(N_("People, at least"), 0, MOST_PEOPLE)
    max_people = number(N_("People, at most"), 1, MOST_PEOPLE)
    needs = text(
        N_("What it asks for"),
        200,
        description=TypedLike("lead, knows VFX, speaks French, forklift"),
        render_kw=AS_IT_IS_READ,
    )
    own_kind = SelectField(N_("Kind that you named"), default="")
    note = prose(N_("Note for volunteers"), LONGEST_SHIFT_NOTE, 2)
    seen = HiddenField()

    @classmethod
    def of(cls, kinds: Sequence[ShiftKind], typed: dict[str, Any]) -> Self:
        """Make the form; without kinds that the booth names there is none to choose."""
        form = cls(data=typed)
        named = [SelectChoice(str(one.id), one.name) for one in kinds]
        form.own_kind.choices = [SelectChoice("", _("none")), *named]
        if not kinds:
            del form.own_kind
        return form

    def facts(
        self, days: tuple[date, date], zone: ZoneInfo, segments: Sequence[KnownSegment]
    ) -> dict[str, Any]:
        """Return the columns of the shift; refuses what cannot be read."""
        starts, ends = read_span(self.when.data or "", days, zone)
        if self.min_people.data > self.max_people.data:
            raise Refused(_("It cannot be less than the fewest."), "max_people")
        return {
            "kind": self.kind.data,
            "starts_at": starts,
            "ends_at": ends,
            "min_people": self.min_people.data,
            "max_people": self.max_people.data,
            "needs": read_needs(self.needs.data or "", segments),
            "note": self.note.data or "",
        } | ({"own_kind_id": int(self.own_kind.data or 0) or None} if "own_kind" in self else {})


def read_span(when: str, days: tuple[date, date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read one day and time by the venue's clock; refuses anything else."""
    found = read_hours(when, *days)
    if found.wrong:
        raise Refused(found.why[0], "when")
    if len(found.stretches) != 1:
        raise Refused(_("Give one day and one time."), "when")
    return found.stretches[0].instants(zone)


def typed_shift(shift: Shift, zone: ZoneInfo, segments: Sequence[KnownSegment]) -> dict[str, Any]:
    """Spell a stored shift as it is typed."""
    plain = ("kind", "min_people", "max_people", "note")
    return {name: getattr(shift, name) for name in plain} | {
        "when": spell_span(shift.starts_at, shift.ends_at, zone),
        "needs": write_needs(shift.needs, segments),
        "seen": shift.sequence,
        "own_kind": str(shift.own_kind_id or ""),
    }


def spell_span(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Spell a time by the venue's clock in English, as it is read again."""
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    until = last.time().isoformat("minutes") if last.time() != time() else "24:00"
    with language.spoken(language.SOURCE):
        return f"{say_long_day(first.date())} {say_time(first)}-{until}"
