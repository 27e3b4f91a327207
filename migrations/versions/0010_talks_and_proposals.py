"""Talks become a library of texts, and what was sent to an event a proposal with its history."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = (
    "state IN ('idea', 'drafting', 'submitted', 'waitlisted', 'accepted', 'informed',"
    " 'confirmed', 'scheduled', 'given', 'published', 'rejected', 'withdrawn', 'cancelled')"
)
OLD_STATES = "state IN ('submitted', 'accepted', 'confirmed', 'rejected', 'withdrawn')"
LEVELS = "level IN ('beginner', 'intermediate', 'advanced')"
WAS = {
    "waitlisted": "submitted",
    "informed": "accepted",
    "scheduled": "confirmed",
    "given": "confirmed",
    "published": "confirmed",
    "cancelled": "withdrawn",
}
"""What earlier versions call the states that they do not know; what was not sent they forget."""
SLOT = ("event_id", "starts_at", "ends_at", "room", "foundation_id")
AUDIT = sa.table("audit_entry", sa.column("id"), sa.column("detail", sa.JSON()))


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    old = connection.execute(sa.select(_read_table("talk", connection))).mappings().all()
    op.drop_table("talk")
    _create_library()
    _create_proposals()
    library = _Library(connection)
    for row in old:
        library.add_proposal(row["id"], row, library.find_or_add_talk(row))
        if row["speaker_id"] is not None:
            speaker = {"proposal_id": row["id"], "person_id": row["speaker_id"]}
            connection.execute(sa.insert(library.proposal_speaker), speaker)
    _carry_lines_over(connection, library)
    library.count_on()


class _Library:
    """The new tables, while rows are carried over into them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.known = connection, dict[tuple[int, str], int]()
        names = ("talk", "talk_speaker", "proposal", "proposal_speaker", "proposal_step")
        meta = sa.MetaData()
        for name in names:
            setattr(self, name, _read_table(name, connection, meta))

    talk: sa.Table
    talk_speaker: sa.Table
    proposal: sa.Table
    proposal_speaker: sa.Table
    proposal_step: sa.Table

    def find_or_add_talk(self, row: Mapping[str, Any]) -> int:
        """Return the talk of that title in the foundation's library."""
        title = row["title"] or "A talk"
        key = row["foundation_id"], title
        if key not in self.known:
            text = {"title": title, "abstract": "", "co_speakers": [], "version": 1}
            made = self.connection.execute(
                sa.insert(self.talk).values(text | {"foundation_id": row["foundation_id"]})
            )
            (self.known[key],) = made.inserted_primary_key or (0,)
        if row["speaker_id"] is not None:
            speaker = {"talk_id": self.known[key], "person_id": row["speaker_id"]}
            table = self.talk_speaker
            same = (table.c[name] == value for name, value in speaker.items())
            person = sa.table("person", sa.column("id"))
            there = sa.select(person.c.id).where(person.c.id == row["speaker_id"])
            stands = self.connection.scalar(sa.select(table.c.talk_id).where(*same))
            if stands is None and self.connection.scalar(there):
                self.connection.execute(sa.insert(table), speaker)
        return self.known[key]

    def add_proposal(self, number: int, row: Mapping[str, Any], talk_id: int) -> None:
        """Add what was a talk at an event, under its number, with the state that is known."""
        values = as_proposal(row, talk_id)
        self.connection.execute(sa.insert(self.proposal), {"id": number, **values})
        step = {"proposal_id": number, "state": row["state"], "dated": row["answered_on"]}
        words = {"reason": "", "told_by": ""}
        self.connection.execute(sa.insert(self.proposal_step), step | words)

    def count_on(self) -> None:
        """Let PostgreSQL number what comes next behind the numbers that were kept."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(
                sa.text(
                    "SELECT setval(pg_get_serial_sequence('proposal', 'id'), max(id))"
                    " FROM proposal HAVING max(id) IS NOT NULL"
                )
            )


def as_proposal(row: Mapping[str, Any], talk_id: int) -> dict[str, Any]:
    """Spell a talk as earlier versions kept it like a proposal."""
    blank = {"abstract": "", "co_speakers": [], "is_provisional": False, "feedback": ""}
    unknown = dict.fromkeys(
        ("minutes", "level", "language", "sent_on", "answer_by", "slides_url", "video_url")
        + ("gives_ticket", "gives_travel", "gives_hotel", "gives_fee")
    )
    kept = {name: row[name] for name in SLOT}
    if kept["starts_at"] is None or kept["ends_at"] is None:
        kept |= {"starts_at": None, "ends_at": None}
    said = {"title": row["title"] or "A talk", "state": row["state"]}
    said |= {"state_on": row["answered_on"], "talk_id": talk_id, "version": 1}
    return blank | unknown | kept | said


def _carry_lines_over(connection: sa.Connection, library: _Library) -> None:
    """Let the lines of the history tell of talks at events as they are kept from now on."""
    ours = sa.cast(AUDIT.c.detail, sa.Text()).contains('"talk"')
    for number, detail in connection.execute(sa.select(AUDIT).where(ours)).all():
        if not any(one["table"] == "talk" for one in detail.get("rows", ())):
            continue
        rows = [_carried(one, library) for one in detail["rows"]]
        if None in rows:  # a talk that was put back: what stands there looks otherwise now
            del detail["rows"]
        else:
            detail["rows"] = [row for some in rows if some for row in some]
        connection.execute(AUDIT.update().where(AUDIT.c.id == number).values(detail=detail))


def _carried(change: dict[str, Any], library: _Library) -> list[dict[str, Any]] | None:
    """Spell a changed row anew; its text comes into the library, where it was lost."""
    if change["table"] != "talk":
        return [change]
    before, after = change["before"], change["after"]
    if before is None:
        return None
    if after is not None:
        moved = {name: before[name] for name in before if name != "speaker_id"}
        return [change | {"table": "proposal", "before": moved}] if moved else []
    speaker = before["speaker_id"]
    row = as_proposal(before, library.find_or_add_talk(before)) | {"id": change["key"][0]}
    del row["version"]  # the history keeps none
    gone = [change | {"table": "proposal", "before": row}]
    if speaker is not None:
        key = {"proposal_id": row["id"], "person_id": speaker}
        gone += [change | {"table": "proposal_speaker", "key": [*key.values()], "before": key}]
    return gone


def downgrade() -> None:
    """Take back; what was never sent is forgotten, and so are texts."""
    connection = op.get_bind()
    library = _Library(connection)
    table, spoke = library.proposal, library.proposal_speaker
    first = (
        sa.select(sa.func.min(spoke.c.person_id)).where(spoke.c.proposal_id == table.c.id)
    ).scalar_subquery()
    sent = table.c.state.not_in(("idea", "drafting"))
    columns = [table.c[name] for name in ("id", "title", "state", *SLOT)]
    kept = sa.select(*columns, table.c.state_on.label("answered_on"), first.label("speaker_id"))
    rows = connection.execute(kept.where(sent)).mappings().all()
    for name in ("proposal_step", "proposal_speaker", "proposal", "talk_speaker", "talk_segment"):
        op.drop_table(name)
    op.drop_table("talk")
    _create_old()
    for row in rows:
        was = {"title": row["title"][:300], "state": WAS.get(row["state"], row["state"])}
        connection.execute(sa.insert(_read_table("talk", connection)), {**row, **was})


def _create_library() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_text_columns(),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        *_text_checks("talk"),
        _key("talk", "foundation"),
        _key("talk", "person", "owner_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_foundation_id"), "talk", ["foundation_id"])
    op.create_index(op.f("ix_talk_owner_id"), "talk", ["owner_id"])
    _create_link("talk", "segment")
    _create_link("talk", "person", "talk_speaker")


def _create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("gives_ticket", sa.Boolean(), nullable=True),
        sa.Column("gives_travel", sa.Boolean(), nullable=True),
        sa.Column("gives_hotel", sa.Boolean(), nullable=True),
        sa.Column("gives_fee", sa.Boolean(), nullable=True),
        sa.Column("slides_url", sa.String(length=500), nullable=True),
        sa.Column("video_url", sa.String(length=500), nullable=True),
        sa.Column("feedback", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_text_columns(),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        *_text_checks("proposal"),
        sa.CheckConstraint(STATES, name=op.f("ck_proposal_state_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_proposal_ends_after_start")),
        sa.CheckConstraint(
            "(starts_at IS NULL) = (ends_at IS NULL)", name=op.f("ck_proposal_slot_whole")
        ),
        _key("proposal", "foundation"),
        _key("proposal", "talk"),
        _key("proposal", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    for column in ("foundation_id", "talk_id", "event_id"):
        op.create_index(op.f(f"ix_proposal_{column}"), "proposal", [column])
    _create_link("proposal", "person", "proposal_speaker")
    op.create_table(
        "proposal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("told_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_proposal_step_state_known")),
        _key("proposal_step", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_step")),
    )
    op.create_index(op.f("ix_proposal_step_proposal_id"), "proposal_step", ["proposal_id"])


def _text_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("co_speakers", sa.JSON(), nullable=False),
    ]


def _text_checks(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("length(title) > 0", name=op.f(f"ck_{table}_title_given")),
        sa.CheckConstraint("minutes > 0", name=op.f(f"ck_{table}_minutes_positive")),
        sa.CheckConstraint(LEVELS, name=op.f(f"ck_{table}_level_known")),
    ]


def _key(
    table: str, other: str, column: str = "", ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _create_link(one: str, other: str, table: str = "") -> None:
    """Create the table that joins two others."""
    table = table or f"{one}_{other}"
    columns = (f"{one}_id", f"{other}_id")
    op.create_table(
        table,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in columns),
        _key(table, one),
        _key(table, other),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{columns[1]}"), table, [columns[1]])


def _read_table(name: str, connection: sa.Connection, meta: sa.MetaData | None = None) -> sa.Table:
    return sa.Table(name, meta or sa.MetaData(), autoload_with=connection, resolve_fks=False)


def _create_old() -> None:
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(OLD_STATES, name=op.f("ck_talk_state_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_talk_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_talk_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_talk_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"],
            ["person.id"],
            name=op.f("fk_talk_speaker_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_foundation_id"), ["foundation_id"], unique=False)
