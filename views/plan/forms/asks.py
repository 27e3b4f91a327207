"""The form of an ask card."""

from collections.abc import Iterable

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from models import Ask
from outreach.issues.asks import MOST_STEPS, SHORT, AskCard, read_steps
from views.events.forms import check_address, day, text
from views.web.forms import SheetForm, strip, too_long
from views.web.page import ASK_WORDS

LISTED = ("steps", "way_back")


def prose(label: str, longest: int, rows: int, hint: str = "") -> TextAreaField:
    """Make a field of a few lines."""
    length = Length(max=longest, message=too_long(longest))
    return TextAreaField(
        label, filters=[strip], validators=[length], description=hint, render_kw={"rows": rows}
    )


class AskForm(SheetForm):
    """What we ask an audience about an issue, in the audience's words."""

    kind = SelectField(
        "We ask them to", choices=[SelectChoice(code, word) for code, word in ASK_WORDS.items()]
    )
    question = text(
        "The question",
        SHORT["question"],
        DataRequired("Write the question that somebody at the booth can say aloud."),
        description="As you would ask a visitor: Does it crash since the upgrade?",
    )
    segment_id = SelectField("Whom it hits", coerce=int, choices=[])
    event_id = SelectField("Where", coerce=int, choices=[])
    audience = prose("Who exactly", 300, 2, "Studios with workstations on 9.4")
    symptom = prose("What they see", 600, 3, "The symptom in their words, not the tracker's.")
    since = text("Since when", SHORT["since"], Optional())
    steps = prose("How to try", 1000, 3, f"Commands, one a line, at most {MOST_STEPS}.")
    then = prose("And then", 600, 2, "What to do afterwards, and what we want to hear.")
    way_back = prose("How to go back", 1000, 3, f"Commands, one a line, at most {MOST_STEPS}.")
    answer_url = text("Where to answer", 500, Optional(), check_address)
    helper_id = SelectField("Who of us answers", coerce=int, choices=[])
    ends_on = day("Good until", hint="The last day on which to ask.")
    good_until = text(
        "Or until what",
        SHORT["good_until"],
        Optional(),
        description="In words, where no day is known: the package is stable",
    )

    def offer(
        self,
        segments: Iterable[tuple[int, str]],
        events: Iterable[tuple[int, str]],
        people: Iterable[tuple[int, str]],
    ) -> None:
        """Offer these to choose from: number and name each."""
        self.segment_id.choices = [SelectChoice(*one) for one in segments]
        everywhere = SelectChoice(0, "wherever they gather")
        self.event_id.choices = [everywhere, *(SelectChoice(*one) for one in events)]
        nobody = SelectChoice(0, "nobody yet")
        self.helper_id.choices = [nobody, *(SelectChoice(*one) for one in people)]

    def card(self) -> AskCard:
        """Return what was typed. Refuses lists that do not fit a card."""
        plain = {
            name: self[name].data or ""
            for name in ("kind", "question", "audience", "symptom", "since", "then", "good_until")
        }
        return AskCard(
            segment_id=self.segment_id.data,
            event_id=self.event_id.data or None,
            helper_id=self.helper_id.data or None,
            answer_url=self.answer_url.data or None,
            steps=read_steps(self.steps.data or "", "steps"),
            way_back=read_steps(self.way_back.data or "", "way_back"),
            ends_on=self.ends_on.data,
            **plain,
        )


def typed_of(ask: Ask) -> dict[str, object]:
    """Spell a stored card as it is typed."""
    typed: dict[str, object] = {name: getattr(ask, name) for name in AskCard.__dataclass_fields__}
    typed |= {name: "\n".join(getattr(ask, name)) for name in LISTED}
    return typed | {"event_id": ask.event_id or 0, "helper_id": ask.helper_id or 0}
