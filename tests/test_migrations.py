"""Migrations lead from nothing to the tables of the models, back, and never past a newer schema."""

import json
from datetime import date
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, Table, inspect, select, text
from sqlalchemy.orm import Session

import migrations
from migrations import SchemaTooNew, head, upgrade
from models import (
    AuditEntry,
    Base,
    Call,
    Decision,
    Event,
    Foundation,
    Person,
    Proposal,
    ProposalSpeaker,
    ProposalStep,
    Talk,
)
from models.database import make_engine
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.accounts.rows import digest
from outreach.catalog.removing import remove_event
from outreach.planning.decisions.decisions import decide
from tests.cast import NOW, REAL, TODAY, add_clocked, add_event
from tests.sign_ins import add_person


def compare(connection: Connection) -> list[Any]:
    """List what `alembic revision --autogenerate` would write, CHECKs included."""
    context = MigrationContext.configure(
        connection,
        opts={
            "target_metadata": Base.metadata,
            "render_as_batch": True,
            "compare_type": True,
            "autogenerate_plugins": [
                "alembic.autogenerate.*",
                "alembic.ext.checkconstraint_byname",
            ],
        },
    )
    operations = produce_migrations(context, Base.metadata).upgrade_ops
    assert operations is not None
    return operations.as_diffs()


def go(engine: Engine, revision: str) -> None:
    """Migrate down or up to a revision on one connection, without foreign keys as it is done."""
    migrating = make_engine(engine.url.render_as_string(hide_password=False), foreign_keys=False)
    with migrating.begin() as connection:
        config = Config(migrations.ROOT / "alembic.ini")
        config.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)
    migrating.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def checks(table: Table) -> set[str]:
    return {
        str(constraint.name)
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_migrations_and_models_say_the_same(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare(connection) == []


def test_a_check_that_is_missing_would_be_seen(engine: Engine) -> None:
    """The comparison above leaves CHECKs out unless it is told otherwise."""
    table = Base.metadata.tables["decision"]
    constraint = CheckConstraint("event_id > 0", name="no_such_check")
    table.append_constraint(constraint)
    try:
        with engine.connect() as connection:
            assert "no_such_check" in str(compare(connection))
    finally:
        table.constraints.discard(constraint)


def test_every_check_and_unique_name_is_in_the_database(engine: Engine) -> None:
    inspector = inspect(engine)
    for name, table in Base.metadata.tables.items():
        assert {check["name"] for check in inspector.get_check_constraints(name)} == checks(table)
        uniques = {unique["name"] for unique in inspector.get_unique_constraints(name)}
        assert all(unique and unique.startswith("uq_") for unique in uniques)


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []


def test_down_and_up_again(engine: Engine) -> None:
    assert tables(engine) == set(Base.metadata.tables)
    go(engine, "base")
    assert tables(engine) == set()
    go(engine, "head")
    with engine.connect() as connection:
        assert compare(connection) == []


def test_up_from_nothing_and_then_there_is_nothing_to_do(database_url: str, engine: Engine) -> None:
    go(engine, "base")
    assert upgrade(database_url) is True
    assert upgrade(database_url) is False
    assert tables(engine) == set(Base.metadata.tables)


def test_a_newer_schema_is_refused_with_a_sentence(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="revision 9999, which this version does not know"):
        upgrade(database_url)
    assert tables(engine) == set(Base.metadata.tables)


def test_rows_live_through_an_upgrade_that_does_nothing(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO foundation (slug, name, is_example, currency, weights, created_at)"
                " VALUES ('ours', 'Ours', false, 'USD', '{}', '2024-07-25 00:00:00')"
            )
        )
    assert upgrade(database_url) is False
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM foundation")).scalar() == 1
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert version == head()


def test_a_decision_that_was_taken_back_does_not_come_back_to_life(engine: Engine) -> None:
    """The others can still be taken back, and so can what was done with their event."""
    with Session(engine) as session, session.begin():
        ours, ada = add_clocked(session), add_person(session)
        us, (osd, gone) = (session, ours), [add_event(session, ours, name) for name in "ab"]
        stands = decide(*us, [osd], "proposed", "", ada, TODAY, REAL)
        decide(*us, [gone], "go", "", ada, TODAY, REAL)
        removed = remove_event(*us, gone, ada, NOW, REAL)
        undone = {"is_current": False, "undone_at": REAL.isoformat()}
        rows = [
            one | {"before": one["before"] | undone} if one["table"] == "decision" else one
            for one in removed.detail["rows"]
        ]
        removed.detail = removed.detail | {"rows": rows}
        assert stands is not None
        made = stands.detail["rows"][0] | {"after": "digest"}
        stands.detail = stands.detail | {"rows": [made, made | {"key": [9]}]}
        back = record(session, REAL, ada, ours, "took back", "event", osd.id, {})
        back.detail = {"first": "decided", "rows": [{"table": "decision"}], "parts": 0}
        numbers = stands.id, removed.id, back.id
    go(engine, "0003")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO decision (id, event_id, state, reason, decided_on, recorded_at,"
                " is_current, undone_at) SELECT 9, event_id, 'go', '', decided_on, recorded_at,"
                " false, recorded_at FROM decision"
            )
        )
    go(engine, "head")
    with Session(engine) as session:
        assert session.scalars(select(Decision.state)).all() == ["proposed"]
        first, second, third = (session.get_one(AuditEntry, number) for number in numbers)
        by = session.get_one(Person, first.person_id)
        assert history.find_hindrance(third) == history.TOO_OLD
        history.undo(session, second, by, NOW, REAL)
        assert len(session.scalars(select(Event.id)).all()) == 2
        assert session.scalars(select(Decision.state)).all() == ["proposed"]
        history.undo(session, first, by, NOW, REAL)
        assert session.scalars(select(Decision.id)).all() == []


def test_talks_at_events_become_proposals_of_a_library(engine: Engine) -> None:
    """What was removed with its event comes back by Undo, as things are kept from now on."""
    with Session(engine) as session, session.begin():
        ours, ada = add_clocked(session), add_person(session)
        stays, gone = (add_event(session, ours, name) for name in "ab")
        removed = remove_event(session, ours, gone, ada, NOW, REAL)
        old = {"event_id": gone.id, "title": "Ours", "speaker_id": ada.id, "state": "accepted",
               "answered_on": "2024-06-24", "starts_at": None, "ends_at": None, "room": "",
               "id": 9, "foundation_id": ours.id}  # fmt: skip
        lost = {"table": "talk", "key": [9], "before": old, "after": None}
        moved = {"table": "talk", "key": [3], "before": {"event_id": 5}, "after": {"event_id": 6}}
        removed.detail = removed.detail | {"rows": [*removed.detail["rows"], lost]}
        merged = record(session, REAL, ada, ours, "merged", "event", stays.id, {})
        merged.detail = {"rows": [moved], "columns": {}, "parts": 0}
        back = record(session, REAL, ada, ours, "took back", "event", gone.id, {})
        made = lost | {"before": None, "after": "digest"}
        back.detail = {"first": "removed", "rows": [made], "columns": {}, "parts": 0}
        numbers, event_id, person_id = (removed.id, merged.id, back.id), stays.id, ada.id
    go(engine, "0009")
    with engine.begin() as connection:
        for number, title, state in ((3, "Ours", "confirmed"), (7, "Other", "submitted")):
            connection.execute(
                text(
                    "INSERT INTO talk (id, event_id, title, speaker_id, state, starts_at, ends_at,"
                    " room, foundation_id) SELECT :id, event.id, :title, :speaker, :state,"
                    " '2024-07-31 21:15:00', '2024-07-31 22:00:00', '401', foundation_id"
                    " FROM event WHERE id = :event"
                ),
                {
                    "id": number,
                    "title": title,
                    "state": state,
                    "speaker": person_id,
                    "event": event_id,
                },  # fmt: skip
            )
    go(engine, "head")
    with Session(engine) as session:
        library = session.scalars(select(Talk.title).order_by(Talk.title)).all()
        assert library == ["Other", "Ours"]
        first = session.get_one(Proposal, 3)
        assert (first.state, first.room, first.event_id) == ("confirmed", "401", event_id)
        assert session.get_one(Talk, first.talk_id).title == "Ours"
        assert session.scalars(select(ProposalStep.state)).all() == ["confirmed", "submitted"]
        assert session.scalars(select(ProposalSpeaker.person_id)).all() == [person_id, person_id]
        one, two, three = (session.get_one(AuditEntry, number) for number in numbers)
        assert two.detail["rows"][0]["table"] == "proposal"
        assert history.find_hindrance(three) == history.TOO_OLD
        history.undo(session, one, session.get_one(Person, person_id), NOW, REAL)
        again = session.get_one(Proposal, 9)
        assert (again.talk_id, again.state) == (first.talk_id, "accepted")
        added = Proposal(title="New", state="idea", talk_id=first.talk_id, event_id=event_id,
                         foundation_id=first.foundation_id)  # fmt: skip
        session.add(added)
        session.commit()
    go(engine, "0009")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT title, state, speaker_id FROM talk ORDER BY id"))
        assert [tuple(row) for row in kept] == [
            ("Ours", "confirmed", person_id),
            ("Other", "submitted", person_id),
            ("Ours", "accepted", person_id),
        ]
    go(engine, "head")


def test_foreign_keys_are_off_only_where_it_is_asked(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL migrates with its foreign keys on")
    for wanted in (True, False):
        engine = make_engine(database_url, foreign_keys=wanted)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == int(wanted)
        engine.dispose()


def test_calls_for_proposals_move_from_their_events(engine: Engine) -> None:
    """What was typed stays a person's, and what was added can still be taken back with its call."""
    go(engine, "0010")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO foundation (id, slug, name, is_example, currency, weights, created_at)"
                " VALUES (1, 'ours', 'Ours', false, 'USD', '{}', '2024-07-25 00:00:00')"
            )
        )
        for number, day, edited in ((1, "'2024-08-09'", "[]"), (2, "'2024-08-10'", '["cfp_url"]'),
                                    (3, "'2024-08-11'", "[]")):  # fmt: skip
            connection.execute(
                text(
                    "INSERT INTO event (id, foundation_id, name, name_key, starts_on, ends_on,"
                    " topics, programme, goal, note, edited_fields, best_rank, created_at, version,"
                    f" cfp_closes_on) VALUES ({number}, 1, 'SeaGL', 'seagl', '2024-11-08',"
                    f" '2024-11-09', '[]', '', '', '', '{edited}', 0,"
                    f" '2026-03-01 12:00:00.000000', 1, {day})"
                )
            )
            if number == 3:
                continue
            connection.execute(
                text(
                    "INSERT INTO event_source (foundation_id, event_id, source, source_key, record,"
                    f" read_at) VALUES (1, {number}, 'a list', 'seagl-{number}', '{{}}',"
                    " '2026-03-01 12:00:00')"
                )
            )
        before = connection.execute(text("SELECT * FROM event ORDER BY id")).mappings().all()
    columns = sorted(set(before[0]) - {"version", "best_rank"})
    with Session(engine) as session, session.begin():
        ours = Foundation(id=1)  # its row has not all columns yet, nor has a person's
        session.execute(
            text(
                "INSERT INTO person (id, foundation_id, name, role, languages, skills,"
                " is_experienced, note, bounces, created_at, version) VALUES (1, 1, 'Ada', 'staff',"
                " '[]', '[]', false, '', 0, '2026-03-01 12:00:00', 1)"
            )
        )
        ada = Person(id=1)
        made = [
            {"table": "event", "key": [row["id"]], "before": None,
             "after": digest(_as_kept(row), columns)}
            for row in before
        ]  # fmt: skip
        lines = {}
        for act, rows in (("imported", made[:2]), ("added", made[2:])):
            line = record(session, REAL, ada, ours, act, "event", None, {})
            line.detail = {
                "rows": rows, "columns": {"event": columns}, "parts": 0,
                "created": [1, 2], "offers": [], "changes": 0,
            }  # fmt: skip
            lines[act] = line.id
    go(engine, "head")
    with Session(engine) as session:
        calls = session.execute(
            select(Call.event_id, Call.kind, Call.closes, Call.last_day, Call.source)
        )
        assert sorted(tuple(row) for row in calls) == [
            (1, "talks", "2024-08-09", date(2024, 8, 9), "a list"),
            (2, "talks", "2024-08-10", date(2024, 8, 10), ""),
            (3, "talks", "2024-08-11", date(2024, 8, 11), ""),
        ]
        by = session.scalars(select(Person)).one()
        for act, left in (("added", [1, 2]), ("imported", [2])):
            history.undo(session, session.get_one(AuditEntry, lines[act]), by, NOW, REAL)
            assert session.scalars(select(Event.id).order_by(Event.id)).all() == left
            assert session.scalars(select(Call.event_id).order_by(Call.event_id)).all() == left


def _as_kept(row: Any) -> dict[str, Any]:
    """Spell a row as the history kept it before calls had rows of their own."""
    kept = {name: str(value) if isinstance(value, date) else value for name, value in row.items()}
    return kept | {
        "created_at": REAL.isoformat(),
        "topics": [],
        "edited_fields": json.loads(row["edited_fields"]) if isinstance(row["edited_fields"], str)
        else row["edited_fields"],
    }  # fmt: skip
