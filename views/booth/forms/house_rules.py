"""The form of the rules for all booths."""

from typing import Any

from wtforms import BooleanField, FloatField
from wtforms.validators import InputRequired, NumberRange

from models import Foundation
from outreach.language import N_
from outreach.staffing.house_rules import EXPERIENCE_MINUTES, house_rules_of
from views.web.forms import SheetForm

LEAST, MOST = EXPERIENCE_MINUTES
WRONG = N_("Write hours as a number from 0.1 to 100.")


class HouseRulesForm(SheetForm):
    """Two rules that hold at every booth."""

    experience_hours = FloatField(
        N_("Hours at booths of ours after which somebody is no first-timer"),
        validators=[InputRequired(WRONG), NumberRange(LEAST / 60, MOST / 60, WRONG)],
        description=N_("Counted from check-in to check-out. Staff can say otherwise of a person."),
        render_kw={"inputmode": "decimal"},
    )
    mails_thanks = BooleanField(N_("Mail a letter of thanks the day after somebody's last shift"))

    def given(self) -> dict[str, Any]:
        """Return the rules as typed."""
        return {
            "experience_minutes": round(60 * (self.experience_hours.data or 0)),
            "mails_thanks": bool(self.mails_thanks.data),
        }


def house_rules_form(foundation: Foundation) -> HouseRulesForm:
    """Make the form of the rules that stand."""
    rules = house_rules_of(foundation)
    hours = round(rules.experience_minutes / 60, 2)
    shown = int(hours) if hours == int(hours) else hours
    return HouseRulesForm(data={"experience_hours": shown, "mails_thanks": rules.mails_thanks})
