"""What a shift asks for, and a person is: the words of it in sentences."""

from babel import Locale

from outreach import language
from outreach.language import gettext as _

LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "ar=Arabic cs=Czech da=Danish de=German en=English es=Spanish fi=Finnish fr=French "
        "hi=Hindi id=Indonesian it=Italian ja=Japanese ko=Korean nl=Dutch no=Norwegian pl=Polish "
        "pt=Portuguese ru=Russian sv=Swedish ta=Tamil tr=Turkish uk=Ukrainian vi=Vietnamese "
        "zh=Chinese"
    ).split()
)


def say_need(need: str) -> str:
    """Say whom a shift asks for: "somebody who leads", "somebody who speaks French"."""
    kind, word = _parts(need)
    match kind:
        case "lead":
            return _("somebody who leads")
        case "expert":
            return _("somebody who knows %(subject)s", subject=word)
        case "language":
            return _("somebody who speaks %(language)s", language=_say_language(word))
        case _other:
            return _("somebody for %(task)s", task=word or kind)


def say_being(need: str) -> str:
    """Say what such a person is or does: "who leads", "who knows vfx", "with forklift"."""
    kind, word = _parts(need)
    match kind:
        case "lead":
            return _("who leads")
        case "expert":
            return _("who knows %(subject)s", subject=word)
        case "language":
            return _("who speaks %(language)s", language=_say_language(word))
        case _other:
            return _("for %(task)s", task=word or kind)


def _say_language(code: str) -> str:
    """Name a language in the one that is spoken now."""
    known = LANGUAGES.get(code, code)
    return str(Locale.parse(language.current()).languages.get(code, known))


def _parts(need: str) -> tuple[str, str]:
    kind, _colon, word = need.partition(":")
    return kind, word.replace("-", " ")
