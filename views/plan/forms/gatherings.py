"""The form of evidence that a segment gathers at an event."""

from wtforms import BooleanField
from wtforms.validators import DataRequired, Optional

from outreach.planning.segments.gatherings import TypedEvidence
from views.events.forms import check_address, day, text
from views.web.forms import SheetForm


class GatheringForm(SheetForm):
    """What somebody knows about who comes, and from where."""

    sentence = text(
        "Who comes, in a sentence",
        300,
        DataRequired("Write a sentence; it stands on the page as the reason."),
        render_kw={"placeholder": "Three of our members run render farms and go every year."},
    )
    source = text(
        "Where from",
        200,
        DataRequired("Name the source: a person, a post, a page."),
        render_kw={"placeholder": "Noor Sample"},
    )
    source_url = text("Its address", 500, Optional(), check_address)
    dated = day("Its day")
    every_edition = BooleanField("They come to every edition", default=True)

    def evidence(self) -> TypedEvidence:
        """Return what was typed."""
        return TypedEvidence(
            sentence=self.sentence.data or "",
            source=self.source.data or "",
            source_url=self.source_url.data or None,
            dated=self.dated.data,
            every_edition=bool(self.every_edition.data),
        )
