"""The form of pasted shifts."""

from outreach.language import N_
from outreach.staffing.booth.pasted_columns import ROLE_WORDS
from views.web.pasted import PastedTableForm, rows_field


class ShiftPasteForm(PastedTableForm):
    """A pasted table of shifts."""

    meanings = ROLE_WORDS
    text = rows_field(
        N_(
            "With a line of heads or without. A day and a time are enough; a day that"
            " stands once holds for the rows below it."
        )
    )
