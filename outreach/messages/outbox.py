"""The outbox: plain-text mail as rows, each fact told once."""

import re
import unicodedata
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from models import Foundation, Message, Person

LONGEST_SUBJECT = 200
LONGEST_KEY = 120
LONGEST_WORD = 300

WORD_JOINER = "\u2060"
"""Shows as nothing; keeps a mail program from making a link of what surrounds it."""

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
    if not to.email:
        return None
    key = fact_key[:LONGEST_KEY]
    row = {
        "foundation_id": to.foundation_id,
        "person_id": to.id,
        "to_address": to.email,
        "subject": one_line(subject, LONGEST_SUBJECT),
        "body": body,
        "fact_key": key,
        "kind": kind,
        "facts": facts or {},
        "state": "waiting",
        "attempts": 0,
        "trouble": "",
        "created_at": now,
        "due_at": now,
    }
    number = session.scalar(_insert_once(session, row))
    return None if number is None else session.get_one(Message, number)


def _insert_once(session: Session, row: dict[str, Any]) -> ReturningInsert[tuple[int]]:
    """Insert unless the fact was told: of two workers that tell it at once one does."""
    if session.get_bind().dialect.name == "postgresql":
        told_once = postgresql.insert(Message).values(row)
        return told_once.on_conflict_do_nothing(index_elements=["fact_key"]).returning(Message.id)
    told = sqlite.insert(Message).values(row)
    return told.on_conflict_do_nothing(index_elements=["fact_key"]).returning(Message.id)


def mail_of(foundation: Foundation) -> Select[Message]:
    """Select a foundation's mail, newest first."""
    return (
        select(Message)
        .where(Message.foundation_id == foundation.id)
        .order_by(Message.created_at.desc(), Message.id.desc())
    )


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
    return _LINKED_BY_MAIL_PROGRAMS.sub(rf"\1{WORD_JOINER}", one_line(text, LONGEST_WORD))


def one_line(text: str, longest: int) -> str:
    """Return a text without line breaks and other control characters, cut to `longest`."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
