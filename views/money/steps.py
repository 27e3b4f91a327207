"""The steps of a request for money: which form each has, what it does, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from models import Foundation, MoneyRequest, Person
from outreach.accounts.history import Entry
from outreach.language import N_
from outreach.planning.money import requests
from outreach.planning.money.loading import open_request
from outreach.planning.money.requests import Doing
from outreach.planning.money.told import lacking_rates
from views.money.forms import (
    RateForm,
    ReasonForm,
    approve_form,
    settle_form,
    spend_form,
)
from views.web.act import Done, act_on_form
from views.web.forms import VersionedForm
from views.web.request import db, real_now

Forms = Mapping[str, VersionedForm]
"""The forms that a page offers, by their step."""


def _plain(base: type[VersionedForm]) -> Callable[..., VersionedForm]:
    def make(request: MoneyRequest, **kwargs: Any) -> VersionedForm:
        return base(data={"version": request.version}, **kwargs)

    return make


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its form, its rule, and the sentence after it."""

    form: Callable[..., Any]
    rule: Callable[[Doing, MoneyRequest, Any], object]
    said: Any
    is_own: bool = True
    """Whether the traveller may take it."""


def _spend(doing: Doing, request: MoneyRequest, form: Any) -> None:
    version, hand_in = form.seen_version(), bool(form.hand_in.data)
    requests.spend(doing, request, version, form.spent(), hand_in=hand_in)


STEPS: dict[str, Step] = {
    "approve": Step(
        approve_form,
        lambda doing, request, form: requests.approve(
            doing, request, form.seen_version(), form.amounts(), **form.more()
        ),
        N_("The money is approved."),
        is_own=False,
    ),
    "accept": Step(
        _plain(VersionedForm),
        lambda doing, request, form: requests.accept(doing, request, form.seen_version()),
        N_("Accepted."),
    ),
    "spend": Step(spend_form, _spend, N_("What was spent is noted.")),
    "settle": Step(
        settle_form,
        lambda doing, request, form: requests.settle(
            doing, request, form.seen_version(), form.amounts()
        ),
        N_("The request is settled."),
        is_own=False,
    ),
    "withdraw": Step(
        _plain(ReasonForm),
        lambda doing, request, form: requests.withdraw(
            doing, request, form.seen_version(), form.reason.data or ""
        ),
        N_("The request is withdrawn."),
    ),
    "again": Step(
        _plain(VersionedForm),
        lambda doing, request, form: requests.ask_again(doing, request, form.seen_version()),
        N_("The money is asked for again."),
    ),
    "rate": Step(
        _plain(RateForm),
        lambda doing, request, form: requests.give_rate(
            doing, request, form.seen_version(),
            form.currency.data, form.value.data, form.dated.data,
        ),
        N_("The rate is noted."),
    ),
}  # fmt: skip
NEXT = {
    "wanted": ("approve", "withdraw", "rate"),
    "approved": ("accept", "withdraw", "rate"),
    "accepted": ("spend", "withdraw", "rate"),
    "spent": ("settle", "withdraw", "rate"),
    "settled": (),
    "withdrawn": ("again",),
}
"""Which steps a page offers in each state."""


def doing_of(foundation: Foundation, by: Person) -> Doing:
    """Return who does something about money now."""
    real = real_now()
    return Doing(db(), foundation, by, foundation.now(real).date(), real)


def forms_of(request: MoneyRequest, *, is_own: bool, sent: Forms | None = None) -> Forms:
    """Return the forms of the steps that a page offers; what was sent stays as it was typed."""
    offered = [
        word
        for word in NEXT[request.state]
        if (STEPS[word].is_own or not is_own) and (word != "rate" or lacking_rates(request))
    ]
    fresh = {word: _form(word, request, formdata=None) for word in offered}
    return fresh | dict(sent or {})


def take(
    doing: Doing,
    request: MoneyRequest,
    word: str,
    to: str,
    page: Callable[[Forms], str],
    entry: Callable[[], Entry | None],
    *,
    is_own: bool,
) -> ResponseReturnValue:
    """Take a step of a request; what is wrong stands beside its field, with the page as it was."""
    step = STEPS.get(word)
    if step is None or (is_own and not step.is_own):
        abort(404)
    form = _form(word, open_request(db(), request))
    return act_on_form(
        form,
        lambda: step.rule(doing, request, form),
        lambda _done: Done(str(step.said), to, entry()),
        lambda: page({word: form}),
        lambda: _form(word, open_request(db(), request), formdata=None),
    )


def _form(word: str, request: MoneyRequest, **kwargs: Any) -> VersionedForm:
    """Make the form of a step; names are of the step, for a page has several."""
    form: VersionedForm = STEPS[word].form(request, prefix=f"{word}-", **kwargs)
    return form
