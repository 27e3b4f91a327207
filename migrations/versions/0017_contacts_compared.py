"""Contacts are compared after folding, and names hold nothing that hides or turns."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEYS = {"address_key": 254, "phone_key": 7}


def upgrade() -> None:
    """Apply."""
    for name, longest in KEYS.items():
        op.add_column("person", sa.Column(name, sa.String(length=longest), nullable=True))
        op.create_index(f"ix_person_{name}", "person", ["foundation_id", name])
    _fill()


def downgrade() -> None:
    """Take back."""
    for name in KEYS:
        op.drop_index(f"ix_person_{name}", "person")
        op.drop_column("person", name)


def _fill() -> None:
    person = sa.table(
        "person", *(sa.column(name) for name in ("id", "name", "email", "phone", *KEYS))
    )
    rows = op.get_bind().execute(
        sa.select(person.c.id, person.c.name, person.c.email, person.c.phone)
    )
    filled: list[dict[str, Any]] = [
        {"number": row.id, "called": _plain(row.name), "address": _address(row.email or ""),
         "ending": _ending(row.phone or "")}
        for row in rows
    ]  # fmt: skip
    wanted = {"name": sa.bindparam("called"), "address_key": sa.bindparam("address"),
              "phone_key": sa.bindparam("ending")}  # fmt: skip
    if filled:
        change = sa.update(person).where(person.c.id == sa.bindparam("number")).values(wanted)
        op.get_bind().execute(change, filled)


def _plain(name: str) -> str:
    signs = (sign for sign in name if sign in "\u200c\u200d" or unicodedata.category(sign) != "Cf")
    return "".join(signs).strip(" \u200c\u200d") or "…"


def _address(email: str) -> str | None:
    local, at, domain = unicodedata.normalize("NFKC", email.strip()).casefold().rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if at and local else None
    except UnicodeError:
        return None


def _ending(phone: str) -> str | None:
    text = re.sub(r"\(\s*0\s*\)", "", unicodedata.normalize("NFKC", phone).strip())
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    return digits.lstrip("0")[-7:] or None
