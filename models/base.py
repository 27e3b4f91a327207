"""What every stored thing shares: naming of constraints, aware time, and the declarative base."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    cast,
    literal,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on every database; SQLite would drop the zone without it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values: a time without a zone is a bug of its caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read SQLite's text in one step: a long list has a thousand of them."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite left out."""
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def among(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Ask for one of a few words that never change: a longer list is spelled anew at each use."""
    found: ColumnElement[bool] = column.in_([literal(word) for word in words])
    return found


class Base(DeclarativeBase):
    """The declarative base; `lazy="raise"` on collections keeps templates from querying."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy
        datetime: UtcDateTime,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        dict[str, Any]: JSON,
    }


class OfFoundation:
    """A row that belongs to one foundation and goes with it."""

    @declared_attr
    def foundation_id(cls) -> Mapped[int]:  # noqa: N805 - declared_attr is called with the class
        """The owner: every query of a page is scoped by it."""
        return mapped_column(ForeignKey("foundation.id", ondelete="CASCADE"), index=True)


def one_of(column: str, words: tuple[str, ...]) -> str:
    """Spell a CHECK that allows only these words in a text column."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class days_after(FunctionElement[date]):  # noqa: N801 - it is called like a function of SQL
    """A day so many days after another, by the arithmetic of the database."""

    type = Date()
    inherit_cache = True


@compiles(days_after)
def _days_after(element: days_after, compiler: SQLCompiler, **given: Any) -> str:
    day, days = element.clauses
    return f"({compiler.process(day, **given)} + {compiler.process(cast(days, Integer), **given)})"


@compiles(days_after, "sqlite")
def _days_after_on_sqlite(element: days_after, compiler: SQLCompiler, **given: Any) -> str:
    day, days = (compiler.process(clause, **given) for clause in element.clauses)
    return f"date({day}, ({days}) || ' days')"
