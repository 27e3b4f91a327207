"""Lets templates say their sentences in the language of the moment."""

from jinja2 import Environment

from outreach import language

EXTENSION = "jinja2.ext.i18n"


def teach(environment: Environment) -> None:
    """Give templates `_()` and `{% trans %}`; a line break within a sentence is a space."""
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension(EXTENSION)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's own
        lambda sentence: language.catalog().gettext(sentence),
        lambda one, many, num: language.catalog().ngettext(one, many, num),
        newstyle=True,
        pgettext=lambda meaning, word: language.catalog().pgettext(meaning, word),
    )
    environment.globals["spoken"] = language.current
