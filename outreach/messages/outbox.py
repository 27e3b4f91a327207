"""The outbox: plain-text mail as rows, each fact told once."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from string import Template
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from models import Message, Person
from models.contacts import plain
from models.database import INSERTS

LONGEST_SUBJECT = 200
LONGEST_KEY = 120
LONGEST_WORD = 300

PATIENCE = timedelta(minutes=3)
"""How long what somebody did waits for what they do next: one mail tells all of it."""
AS_ADDRESSED = "as_addressed"
"""The fact of a letter to where its reader was reached before, not to where they are now."""
WORD_JOINER = "\u2060"
"""Shows as nothing; keeps a mail program from making a link of what surrounds it."""

_MAILS: Table = Message.__table__  # type: ignore[assignment]
_POST_ONCE = {
    dialect: insert(_MAILS)
    .on_conflict_do_nothing(index_elements=["fact_key"])
    .returning(_MAILS.c.id)
    for dialect, insert in INSERTS.items()
}
_LINKED_BY_MAIL_PROGRAMS = re.compile(r"(?<=\w)([.@:])(?=[\w/])")


def post(
    session: Session,
    now: datetime,
    to: Person,
    subject: str,
    body: str,
    fact_key: str,
    kind: str = "plain",
    facts: dict[str, Any] | None = None,
) -> Message | None:
    """Write a mail to one person, in plain text; None when this fact was told already.

    `fact_key` names the fact ("shift 12 moved to 2024-07-31T15:00"). `body` comes from
    `compose`, so that nobody's name or title turns into a link. Somebody without an address
    gets no mail. A letter's `kind` and `facts` let it be written again when it leaves.
    """
    row = row_of(now, to, subject, body, fact_key, kind, facts)
    posted = post_rows(session, [row]) if row else []
    return session.get_one(Message, posted[0]) if posted else None


def row_of(
    now: datetime,
    to: Person,
    subject: str,
    body: str,
    fact_key: str,
    kind: str = "plain",
    facts: dict[str, Any] | None = None,
    together: str | None = None,
    *,
    is_by_reader: bool = False,
) -> dict[str, Any] | None:
    """Return the mail as `post_rows` takes it; None for somebody without an address.

    Facts for one person with the same word for `together` leave as one mail. What the reader did
    themselves waits a little for what they do next; what staff or the clock do leaves at once.
    """
    if not to.email:
        return None
    return {
        "foundation_id": to.foundation_id,
        "person_id": to.id,
        "to_address": to.email,
        "subject": one_line(subject, LONGEST_SUBJECT),
        "body": body,
        "fact_key": fact_key[:LONGEST_KEY],
        "kind": kind,
        "facts": facts or {},
        "together": together,
        "is_by_reader": is_by_reader,
        "state": "waiting",
        "attempts": 0,
        "trouble": "",
        "created_at": now,
        "due_at": now + PATIENCE if together and is_by_reader else now,
    }


def post_rows(session: Session, rows: list[dict[str, Any]]) -> Sequence[int]:
    """Post mails in one statement; return the keys of those whose fact was not told before.

    Of two workers that tell a fact at once one does.
    """
    statement = _POST_ONCE[session.get_bind().dialect.name]
    return session.connection().scalars(statement, rows).all()


def compose(template: str, **words: str) -> str:
    """Fill `$name` in our own text with what people wrote, made harmless.

    A word whose name ends in `url` or `time` is one of our own, an address or a time by the
    clock, and stays as it is.
    """
    ours = {name: word for name, word in words.items() if name.endswith(("url", "time"))}
    theirs = {name: harmless(word) for name, word in words.items() if name not in ours}
    return Template(template).substitute(ours | theirs)


def harmless(text: str) -> str:
    """Return what somebody wrote as one line that no mail program turns into a link."""
    return _LINKED_BY_MAIL_PROGRAMS.sub(rf"\1{WORD_JOINER}", one_line(plain(text), LONGEST_WORD))


def one_line(text: str, longest: int) -> str:
    """Return a text without line breaks and other control characters, cut to `longest`."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
