"""What a rule refuses, as the command line says it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from outreach.refusal import Refused


@contextmanager
def refusals_said(code: int = 1) -> Iterator[None]:
    """Say what is refused inside on standard error, and leave with this code."""
    try:
        yield
    except Refused as refusal:
        click.echo(f"Error: {refusal.sentence}", err=True)
        raise SystemExit(code) from refusal
