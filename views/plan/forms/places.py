"""The buttons that say which of several places of one name is meant."""

from collections.abc import Sequence

from wtforms import HiddenField

from outreach.catalog.places.lookup import Place
from outreach.refusal import Refused
from views.web.forms import VersionedForm


class PlaceForm(VersionedForm):
    """A place by its own words, chosen on a page that was shown for one version of the row."""

    place = HiddenField()

    def chosen(self, offered: Sequence[Place]) -> Place:
        """Return the place that was chosen; refuses what is not offered any more."""
        for place in offered:
            if place.identity == self.place.data:
                return place
        raise Refused("That place is not offered any more. Choose one of those shown now.")
