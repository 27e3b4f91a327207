"""The form of a portfolio: limits, what must be in, whom to reach, who can be sent."""

from typing import Any

from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach.planning.portfolio.load_season import SeasonAhead
from outreach.planning.portfolio.problem import Limits
from outreach.planning.portfolio.sought import Sought
from views.web.forms import SheetForm

MOST = 10**9
MOST_PEOPLE = 50


def number(label: str, *checks: Any, most: int = MOST, least: int = 0, hint: str = "") -> Any:
    """Make a field for a whole number."""
    wrong = (
        f"Give a whole number from {least} to {most}."
        if most < MOST
        else (f"Give a whole number from {least}.")
    )
    return IntegerField(
        label,
        validators=[*(checks or [Optional()]), NumberRange(least, most, wrong)],
        description=hint,
        render_kw={"inputmode": "numeric"},
    )


def needed(label: str, most: int = MOST, least: int = 0, hint: str = "") -> Any:
    return number(label, InputRequired("Give a number."), most=most, least=least, hint=hint)


class PortfolioForm(SheetForm):
    """What the best set of events is asked under. An empty limit is none."""

    money = number("Money, at most")
    people_days = number("People-days, at most")
    a_month = number("Events a month, at most")
    each = needed("People at each event", MOST_PEOPLE, 1)
    journey = needed("A journey costs one person", hint="There and back; a trip is travelled once.")
    unpriced = needed("An event without a price counts")
    must = SelectMultipleField("Must go", coerce=int)
    must_not = SelectMultipleField("Must not go", coerce=int)
    segments = SelectMultipleField("Segments to be reached", coerce=int)
    people = SelectMultipleField("Who can be sent", coerce=int)

    def validate(self, extra_validators: object = None) -> bool:
        """Refuse what contradicts itself, and a question about nobody."""
        is_fine = super().validate(extra_validators)
        both = set(self.must.data or ()) & set(self.must_not.data or ())
        if both:
            names = [label for id, label, *_ in self.must.iter_choices() if id in both]
            self.must_not.errors = [f"{name} cannot both go and not go." for name in names]
        if not self.segments.data:
            self.segments.errors = ["Tick at least one segment."]
        return is_fine and not both and bool(self.segments.data)


def form_for(season: SeasonAhead, sought: Sought | None, **given: Any) -> Any:
    """Return the form for a season, with a limit for each region of it; filled as last asked."""
    caps = {region: f"region_{place}" for place, region in enumerate(season.regions())}
    fields = {name: number(f"{region}, at most") for region, name in caps.items()}
    kind = type("RegionalPortfolioForm", (PortfolioForm,), fields)
    form = kind(data=_filled(season, sought or first_question(season), caps), **given)
    events = [(row.id, row.name) for row in season.rows]
    form.must.choices = form.must_not.choices = events
    form.segments.choices = list(season.segments.items())
    form.people.choices = list(season.people.items())
    form.caps = caps
    return form


def first_question(season: SeasonAhead) -> Sought:
    """Return what is asked where nobody has asked yet: everything, without limits."""
    return Sought(
        unpriced=season.usual_price(),
        segments=frozenset(season.segments),
        people=frozenset(season.people),
    )


def _filled(season: SeasonAhead, sought: Sought, caps: dict[str, str]) -> dict[str, Any]:
    limits = sought.limits
    known = {row.id for row in season.rows}
    return {
        "money": limits.money,
        "people_days": limits.people_days,
        "a_month": limits.a_month,
        "each": limits.each,
        "journey": limits.journey,
        "unpriced": sought.unpriced,
        "must": sorted(sought.must & known),
        "must_not": sorted(sought.must_not & known),
        "segments": sorted(sought.segments & season.segments.keys()),
        "people": sorted(sought.people & season.people.keys()),
        **{name: limits.in_region.get(region) for region, name in caps.items()},
    }


def asked(form: Any) -> Sought:
    """Return the question as it was typed."""
    in_region = {region: form[name].data for region, name in form.caps.items()}
    return Sought(
        Limits(
            form.money.data,
            form.people_days.data,
            form.a_month.data,
            {region: most for region, most in in_region.items() if most is not None},
            form.each.data,
            form.journey.data,
        ),
        form.unpriced.data,
        frozenset(form.must.data),
        frozenset(form.must_not.data),
        frozenset(form.segments.data),
        frozenset(form.people.data or ()),
    )
