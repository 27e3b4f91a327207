"""The forms of checklists, of their days, and of how somebody is told."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange, Optional

from models import ChecklistItem, Foundation, NoticeChoice
from models.checklists import ITEM_KINDS, NOTICE_KINDS
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.checklists.edit import LAST, TypedItem, write_when
from outreach.planning.checklists.templates import ITEMS, KINDS, MOST_DAYS, SETS, days_of
from outreach.planning.deadlines.choices import HOW
from outreach.planning.deadlines.choices import KINDS as NOTICES
from views.events.forms import check_address, text
from views.web.forms import SheetForm, VersionedForm


class BeginForm(SheetForm):
    """Which template an event begins with."""

    template = SelectField(N_("Template"))


def begin_form(last: str) -> BeginForm:
    """Return the form; `last` names the last edition, where that has a checklist."""
    form = BeginForm()
    form.template.choices = [SelectChoice(code, said) for code, said in SETS.items()]
    if last:
        form.template.choices.insert(0, SelectChoice(LAST, _("as at %(event)s", event=last)))
    return form


class ItemForm(VersionedForm):
    """An item of a checklist; what, and by when, are enough."""

    what = text(N_("What is to be done"), 200, DataRequired(N_("Say what is to be done.")))
    when = text(
        N_("By when"),
        60,
        DataRequired(N_("Say by when.")),
        description=N_(
            "T-30 moves with the event's first day, T+7 with its last; 12 Jul 2024 stays"
        ),
    )
    kind = SelectField(N_("Kind"), choices=[SelectChoice(kind, KINDS[kind]) for kind in ITEM_KINDS])
    opens_before = IntegerField(
        N_("Days that it is open"),
        validators=[
            Optional(),
            NumberRange(1, MOST_DAYS, message=N_("Give 1 to %(most)s days.", most=MOST_DAYS)),
        ],
        description=N_(
            "Where it cannot be done earlier: a warehouse that takes parcels for 18 days"
        ),
    )
    owner = SelectField(N_("Who sees to it"))
    evidence = text(
        N_("Where it shows"), 500, Optional(), check_address,
        description=N_("The address of the order, the ticket, the form"),
    )  # fmt: skip

    def typed(self) -> TypedItem:
        """Return what was typed."""
        return TypedItem(
            what=self.what.data or "",
            when=self.when.data or "",
            kind=self.kind.data,
            opens_before=self.opens_before.data,
            owner_id=int(self.owner.data) if self.owner.data else None,
            evidence=self.evidence.data or None,
        )


def item_form(
    owners: Iterable[tuple[int, str]], item: ChecklistItem | None = None, **given: Any
) -> ItemForm:
    """Return the form, filled from an item where there is one."""
    names = ("version", "what", "kind", "opens_before", "evidence")
    kept = {name: getattr(item, name) for name in names} if item else {}
    if item:
        kept |= {"when": write_when(item), "owner": str(item.owner_id or "")}
    form = ItemForm(data=kept, **given)
    named = [SelectChoice(str(number), name) for number, name in owners]
    form.owner.choices = [SelectChoice("", N_("nobody yet")), *named]
    return form


class DaysForm(SheetForm):
    """The days of every item of the templates; its fields are made from them."""

    def given(self) -> dict[str, int | None]:
        """Return the days by item."""
        return {one.code: self[one.code].data for one in ITEMS}


def days_form(foundation: Foundation) -> DaysForm:
    """Return the form of the days that stand."""
    most = N_("Give days from -%(most)s to %(most)s.", most=MOST_DAYS)
    fields = {
        one.code: IntegerField(
            one.what, validators=[Optional(), NumberRange(-MOST_DAYS, MOST_DAYS, message=most)]
        )
        for one in ITEMS
    }
    form: DaysForm = type("DaysFormFilled", (DaysForm,), fields)(data=days_of(foundation))
    return form


class NoticeForm(SheetForm):
    """How somebody is told, and of what."""

    how = RadioField(N_("How"), choices=[SelectChoice(how, said) for how, said in HOW.items()])
    checklist = BooleanField(NOTICES["checklist"])
    call = BooleanField(NOTICES["call"])
    talk = BooleanField(NOTICES["talk"])
    weekly = BooleanField(NOTICES["weekly"])

    def kinds(self) -> list[str]:
        """Return what is ticked."""
        return [kind for kind in NOTICE_KINDS if self[kind].data]


def notice_form(choice: NoticeChoice) -> NoticeForm:
    """Return the form filled from what somebody chose."""
    return NoticeForm(data={"how": choice.how, **dict.fromkeys(choice.kinds, True)})
