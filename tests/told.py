"""Holds each request to the history, whatever test sends it: what changes rows keeps a line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from models import AuditEntry
from outreach.accounts.history import DID_AGAIN, TOOK_BACK
from outreach.accounts.rows import UNTOLD
from outreach.planning.history.lines import PHRASES

WITHOUT_A_LINE = {
    "accounts.set_password": "a password is nobody's to take back; the audit has a line",
    "feed_addresses.end": "an address that leaked stays ended; the audit has a line",
    "feed_addresses.renew": "an address that leaked stays ended; the audit has a line",
    "feed_addresses.show": "an address is ended with a button of its own; the audit has a line",
    "my_calendar.renew": "an address that leaked stays ended; the audit has a line",
    "foundation.own": "a foundation begins, and its history with it",
    "foundation.open_it": "the example is loaded; it is removed by an act",
    "my_answers.show": "what somebody told staff is theirs alone, and the page has both ways",
    "my_mail.change_mail": "what letters somebody gets is theirs alone, and the page has both ways",
    "my_mail.write_so": "in which language letters come is theirs alone, both ways there",
    "my_mail.change_mail_by_proof": "what letters somebody gets is theirs alone, both ways there",
    "my_mail.confirm": "an address was shown to be theirs; the audit has a line",
    "my_mail.disown": "an address leaves with its owner's word; the audit has a line",
    "my_shifts.answer": "a place that is taken or let go is a row with its person and instant",
    "handing_over.links": "links were seen by then; the audit has a line for each",
    "outbox.hand_over": "a link was seen by then; the audit has a line",
    "people.remove": "whoever is forgotten stays forgotten; the audit has a line",
    "personal_links.renew": "a link that leaked stays ended; the audit has a line",
    "portfolios.ask": "a search begins and nothing is planned by it",
    "portfolios.cancel": "a search ends and nothing is planned by it",
    "proposals.cancel": "a search ends and nothing is planned by it",
    "proposals.ask": "a search begins and nothing is planned by it",
    "sign_up.take": "a sign-up is a row with its person and instant; withdrawing is an act",
    "sign_up.take_several": "a sign-up is a row with its person and instant; withdrawing is an act",
    "trackers.sync": "a tracker's own words, read again with the next sync",
    "webhooks.receive": "a tracker's own words, read again with the next sync",
}
"""Views that change rows and keep no line that goes back, and why."""
SAID = PHRASES.keys() | {TOOK_BACK, DID_AGAIN}
"""Acts that the history, and the page of what is kept of a person, have words for."""
CHANGED, TOLD = "tables that a request changed", "whether it told of them"


@contextmanager
def watching() -> Iterator[list[str]]:
    """Give the list of what requests changed without telling, to look at after each test."""
    found: list[str] = []

    def after_flush(session: Session, _context: Any) -> None:
        dirty = (row for row in session.dirty if session.is_modified(row))
        for row in (*session.new, *dirty, *session.deleted):
            _note(session, row.__tablename__)
        lines = [row for row in session.new if isinstance(row, AuditEntry)]
        if any("rows" in line.detail for line in lines):
            session.info[TOLD] = True
        if has_request_context():
            found.extend(f"{line.act} has no words" for line in lines if line.act not in SAID)

    def on_statement(state: ORMExecuteState) -> Any:
        if not (state.is_insert or state.is_update or state.is_delete):
            return None
        done = state.invoke_statement()
        if getattr(done, "rowcount", 1):
            _note(state.session, state.statement.table.name)  # type: ignore[attr-defined]
        return done

    def before_commit(session: Session) -> None:
        if session.in_nested_transaction():
            return
        session.flush()
        changed, told = session.info.pop(CHANGED, set()), session.info.pop(TOLD, False)
        if changed and not told and _is_held():
            found.append(f"{request.endpoint} changes {', '.join(sorted(changed))}")

    listeners = {
        "after_flush": after_flush,
        "do_orm_execute": on_statement,
        "before_commit": before_commit,
    }
    for name, listener in listeners.items():
        event.listen(Session, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners.items():
            event.remove(Session, name, listener)


def _note(session: Session, table: str) -> None:
    if table not in UNTOLD:
        session.info.setdefault(CHANGED, set()).add(table)


def _is_held() -> bool:
    """Tell whether a view of the program is at work that must tell what it does."""
    if not has_request_context() or request.endpoint in {None, *WITHOUT_A_LINE}:
        return False
    return current_app.view_functions[request.endpoint or ""].__module__.startswith("views.")
