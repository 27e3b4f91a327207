"""The buttons that say which of several places of one name is meant."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from models import Event, Person
from outreach.accounts.history import Entry
from outreach.catalog.places.lookup import Place
from outreach.language import N_
from outreach.refusal import Refused
from views.web.act import Done, Page, above, act
from views.web.forms import VersionedForm, strip, too_long
from views.web.request import db, here, me, real_now

Row = TypeVar("Row", Event, Person)


class PlaceForm(VersionedForm):
    """A place by its own words, chosen on a page that was shown for one version of the row."""

    place = HiddenField()

    def chosen(self, offered: Sequence[Place]) -> Place:
        """Return the place that was chosen; refuses what is not offered any more."""
        for place in offered:
            if place.identity == self.place.data:
                return place
        raise Refused("That place is not offered any more. Choose one of those shown now.")


class TownForm(VersionedForm):
    """The town whose clock the hours of an event are by."""

    city = StringField(
        N_("City"),
        filters=[strip],
        validators=[
            DataRequired(N_("Name the city, or a larger town near it.")),
            Length(max=120, message=too_long(120)),
        ],
        description=N_("With its state where there are several: Denver, CO"),
    )
    country = StringField(
        N_("Country"), filters=[strip], validators=[Length(max=80, message=too_long(80))]
    )


def settle(
    row: Row,
    offered: Sequence[Place],
    edit: Callable[..., Entry | None],
    columns: Sequence[str],
    done: Callable[[str, Entry | None], Done],
    page: Page,
) -> ResponseReturnValue:
    """Give a row these columns of the place that was chosen; `done` is told where that is."""
    form = PlaceForm()

    def choose() -> tuple[str, Entry | None]:
        place = form.chosen(offered)
        facts = {"city": place.name} | {name: getattr(place, name) for name in columns}
        entry = edit(db(), here(), row, facts, form.seen_version(), me(), real_now())
        return f"{place.name}, {place.admin1 or place.country}", entry

    return act(choose, lambda chosen: done(*chosen), above(page))
