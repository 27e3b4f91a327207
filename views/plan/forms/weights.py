"""The form of the weights."""

from wtforms import FloatField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach.matching.engine.terms import HEAVIEST, REASON_CODES, Weights
from views.web.forms import SheetForm


class PointsField(FloatField):
    """A number of points that is shown as people write it: 15, not 15.0."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"


def weight(label: str) -> PointsField:
    return PointsField(
        label,
        validators=[
            InputRequired("Give a number; 0 leaves the reason out."),
            NumberRange(0, HEAVIEST, f"A weight is a number from 0 to {HEAVIEST}."),
        ],
        render_kw={"inputmode": "decimal"},
    )


class CapForm(SheetForm):
    """The most that one event may cost."""

    cap = IntegerField(
        "Cap for one event",
        validators=[Optional(), NumberRange(0, 10**9, "A cap is a whole number from 0.")],
        description="Leave it empty for none.",
        render_kw={"inputmode": "numeric"},
    )


class WeightsForm(SheetForm):
    """How many points each reason can bring."""

    community = weight("Your community is there")
    issue = weight("Live issue for them")
    talk = weight("Talk or devroom")
    local = weight("Local reach")
    cost = weight("Cost per conversation")
    recap = weight("Last recap")

    def validate(self, extra_validators: object = None) -> bool:
        """Refuse weights that leave nothing to count."""
        if not super().validate(extra_validators):
            return False
        if sum(self[code].data for code in REASON_CODES) <= 0:
            self.form_errors.append("At least one reason must count.")
            return False
        return True

    def weights(self) -> Weights:
        """Return the weights as typed."""
        return Weights(**{code: self[code].data for code in REASON_CODES})
