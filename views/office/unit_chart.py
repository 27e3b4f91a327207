"""A chart of units: a mark for each thing, hollow for what goes and solid for what stays."""

from dataclasses import dataclass

A_ROW, WIDE, HIGH = 50, 9, 18
"""Marks in a row, and the room of one."""


@dataclass(frozen=True, slots=True)
class UnitChart:
    """Outlines of the marks, as an SVG of this height and 450 units width draws them."""

    hollow: str
    solid: str
    height: int


def draw_units(hollow: int, solid: int) -> UnitChart:
    """Draw marks, the solid ones last."""
    total = hollow + solid
    return UnitChart(
        _outlines(range(hollow)), _outlines(range(hollow, total)), HIGH * -(-total // A_ROW)
    )


def _outlines(marks: range) -> str:
    places = (divmod(mark, A_ROW) for mark in marks)
    return "".join(f"M{column * WIDE + 1} {row * HIGH + 1}h6v14h-6z" for row, column in places)
