"""The one way in which a rule says no."""


class Refused(Exception):
    """A rule refuses; the sentence is written for the person who asked.

    `field` names the form field that it belongs to, where there is one; `status` is 422, or 409
    where somebody else was quicker.
    """

    status = 422

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class ChangedMeanwhile(Refused):
    """Somebody else changed the row since the form was opened on it."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed this meanwhile.")
