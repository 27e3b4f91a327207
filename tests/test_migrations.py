"""Migrations lead from nothing to the tables of the models, back, and never past a newer schema."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, Table, inspect, text

import migrations
from migrations import SchemaTooNew, head, upgrade
from models import Base
from models.database import make_engine


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
    """Migrate down or up to a revision on one connection."""
    with engine.begin() as connection:
        config = Config(migrations.ROOT / "alembic.ini")
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


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


def test_foreign_keys_are_off_only_where_it_is_asked(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL migrates with its foreign keys on")
    for wanted in (True, False):
        engine = make_engine(database_url, foreign_keys=wanted)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == int(wanted)
        engine.dispose()
