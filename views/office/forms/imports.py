"""Forms of the import: a pasted table, a file, an address."""

from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField
from wtforms.validators import AnyOf, Regexp

from outreach.catalog.reading.columns import ROLE_WORDS
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.paste import EventPaste, read_paste
from outreach.catalog.reading.records import read_records
from outreach.language import N_
from views.web.forms import SheetForm, strip
from views.web.pasted import PastedTableForm, rows_field


class PasteForm(PastedTableForm):
    """A pasted table of events."""

    meanings = ROLE_WORDS
    text = rows_field("With a line of heads or without. A name and a date are enough.")
    order = StringField(
        filters=[strip], validators=[AnyOf(["", "day", "month"], "Say which comes first.")]
    )

    year = StringField(
        filters=[strip],
        validators=[Regexp(r"^(|(?:19|20)[0-9]{2})$", message=N_("A year is like 2027."))],
    )

    def read(self) -> EventPaste:
        """Read the table as it was settled. Refuses what is too large."""
        order: DayOrder | None = None
        if self.order.data in ("day", "month"):
            order = self.order.data
        year = int(self.year.data) if self.year.data else None
        text = self.text.data or ""
        return read_paste(read_records(text) or text, self.settled(), order, year)


class FileForm(SheetForm):
    """A file, or the address of one."""

    file = FileField(
        "A file",
        description="A calendar (.ics), a spreadsheet (.xlsx, .ods), a table as CSV, a list in"
        " JSON, YAML or TOML, or pages with front matter in a .zip.",
        render_kw={"accept": ".ics,.xlsx,.ods,.csv,.tsv,.txt,.json,.yml,.yaml,.toml,.md,.zip"},
    )
    address = StringField(
        "Or the address of one",
        filters=[strip],
        description="As you see it: of a calendar or sheet of Google, a file on GitHub, GitLab or"
        " Forgejo, a page of Sched, Meetup or Indico.",
        render_kw={"type": "url", "placeholder": "https://", "spellcheck": "false"},
    )

    @property
    def content(self) -> bytes:
        """Return what was uploaded, nothing when no file was chosen."""
        uploaded = self.file.data
        return uploaded.read() if isinstance(uploaded, FileStorage) else b""
