"""The one way in which a rule says no."""

from collections.abc import Iterator
from contextlib import contextmanager

from outreach.language import SaidLater
from outreach.language import gettext as _


class Refused(Exception):
    """A rule refuses; the sentence is written for the person who asked.

    `field` names the form field that it belongs to, where there is one; `status` is 422, or 409
    where somebody else was quicker.
    """

    status = 422

    def __init__(self, sentence: str | SaidLater, field: str | None = None) -> None:
        self.sentence = str(sentence)
        super().__init__(self.sentence)
        self.field = field


@contextmanager
def about(field: str, **renamed: str) -> Iterator[None]:
    """Let what is refused inside be about this field of the form.

    `renamed` says what the form calls the fields that a rule names.
    """
    try:
        yield
    except Refused as refusal:
        raise Refused(refusal.sentence, renamed.get(refusal.field or "", field)) from refusal


class ChangedMeanwhile(Refused):
    """Somebody else changed the row since the form was opened on it."""

    status = 409

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Somebody else changed this meanwhile."))
