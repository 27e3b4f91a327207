"""What every POST does: a rule is tried; what it refuses is said where the input stands.

What was done is committed once, said with its way back, and led on from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import make_response, redirect
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.history import FRESH, Entry
from outreach.planning.following import follow_acts
from outreach.refusal import Refused
from outreach.staffing.reach import hearers
from views.web.forms import SheetForm, VersionedForm
from views.web.guards import recognise
from views.web.page import tell
from views.web.pressed import draw_again
from views.web.reach import Outcome, take_outcome
from views.web.request import db, read_on, real_now

Result = TypeVar("Result")
Page = Callable[[], ResponseReturnValue]
Otherwise = Callable[[Refused], ResponseReturnValue]
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, where its page is, and the line of the history that undoes it."""

    sentence: str
    to: str
    entry: Entry | None = None
    back: Mapping[str, Any] | None = None
    """What that page showed, for Undo to lead back to."""
    then: Callable[[Response], None] | None = None
    """What else the answer carries: a cookie."""


def act(
    rule: Callable[[], Result],
    done: Callable[[Result], Done],
    otherwise: Otherwise,
    *,
    in_crowd: bool = False,
) -> ResponseReturnValue:
    """Try a rule; where it refuses nothing is kept, and `otherwise` shows why.

    `done` tells what became of it before the commit, while the rows are at hand. `in_crowd`,
    where many press at once, the page that says why only reads, so that others may write.
    """
    result = _tried(rule)
    if isinstance(result, Refused):
        if in_crowd:
            read_on()
        else:
            db().rollback()
            hearers.take(db())
            recognise()  # what is rolled back forgets who is signed in
        return _answered(otherwise(result), result.status)
    said = done(result)
    outcome = keep()
    sentence = " ".join(filter(None, (said.sentence, outcome.sentence)))
    if sentence:
        tell(sentence, said.entry, said.back, letters=outcome.letters)
    response = redirect(said.to, 303)
    if said.then is not None:
        said.then(response)
    return response


def keep() -> Outcome:
    """Let stored matches follow what was done, and commit; return whom it reaches."""
    if FRESH in db().info:  # a sign-up is no act, and most of what is sent are sign-ups
        follow_acts(db(), real_now())
    outcome = take_outcome()
    db().commit()
    return outcome


def act_on_form(
    form: SheetForm,
    rule: Callable[[], Result],
    done: Callable[[Result], Done],
    page: Page,
    now: Callable[[], VersionedForm] | None = None,
) -> ResponseReturnValue:
    """Show a form; once it is sent and filled in right, try the rule.

    What is wrong stands beside its field, with the input kept. `now` fills the form from the row
    as it is, for who was not the only one to change it.
    """
    if not form.validate_on_submit():
        return _answered(page(), 422) if form.is_submitted() else page()
    return act(rule, done, beside(form, page, now))


def look_on_form(
    form: SheetForm,
    rule: Callable[[], Result],
    shown: Callable[[Result], ResponseReturnValue],
    page: Page,
) -> ResponseReturnValue:
    """Show what a form would do, without doing it."""
    if not form.validate():
        return _answered(page(), 422)
    return look(rule, shown, beside(form, page))


def look(
    rule: Callable[[], Result],
    shown: Callable[[Result], ResponseReturnValue],
    otherwise: Otherwise,
) -> ResponseReturnValue:
    """Show what a rule finds, or why it does not; too many tries are answered elsewhere."""
    found = _tried(rule)
    if not isinstance(found, Refused):
        return shown(found)
    if found.status == TOO_MANY:
        raise found
    return _answered(otherwise(found), found.status)


def _tried(rule: Callable[[], Result]) -> Result | Refused:
    try:
        return rule()
    except Refused as refusal:
        return refusal


def beside(
    form: SheetForm, page: Page, now: Callable[[], VersionedForm] | None = None
) -> Otherwise:
    """Say why not beside the field that it is about."""

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if now is not None and isinstance(form, VersionedForm):
            form.refuse_against(refusal, now())
        else:
            form.refuse(refusal)
        return page()

    return otherwise


def on_page(address: str) -> Otherwise:
    """Say why not where the button was pressed, else on this page of ours."""
    return lambda refusal: draw_again(refusal, address)


def above(page: Page) -> Otherwise:
    """Say why not above a page."""

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        tell(refusal.sentence, refused=True)
        return page()

    return otherwise


def _answered(page: ResponseReturnValue, status: int) -> Response:
    """Give a page the status of the refusal; one that leads elsewhere or has its own keeps it."""
    response = make_response(page)
    if response.status_code == 200:
        response.status_code = status
    return response
