"""The language of a page: a volunteer's is chosen by its reader, and templates say it."""

from contextlib import ExitStack
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask, Response, g, request
from jinja2 import Environment

from outreach import language
from views.web.cookies import FOR_EVERYBODY, cookie_name, given_token, keep_cookie

EXTENSION = "jinja2.ext.i18n"
COOKIE = "whereabouts-language"
"""Keeps the code of a language and nothing of who reads it."""
WORD = "lang"
"""Of an address that chooses a language."""
FOR_VOLUNTEERS = frozenset(
    "gaps my_brief my_calendar my_mail my_privacy my_shifts my_swaps my_times sign_up"
    " trip_shifts ways_in".split()
)
"""Blueprints whose pages are in the language of their reader; the others are in English."""
BESIDE = frozenset(
    ["certificates.own", "covers.show", "covers.answer", "duty.here_page", "duty.say"]
)
"""Pages of theirs that stand beside those of who runs the booth."""
OPEN_TO_BOTH = frozenset(["history.take_back", "None"])
"""Those of volunteers only where nobody is signed in; an address that is no page's among them."""


class LinkedLanguage(NamedTuple):
    """A language at the foot of a page, and where the page is in it."""

    code: str
    name: str
    to: str
    is_spoken: bool


def is_for_volunteers() -> bool:
    """Tell whether this page is in the language of its reader."""
    endpoint = str(request.endpoint)
    if endpoint in OPEN_TO_BOTH:
        return given_token() is None
    return endpoint in BESIDE or endpoint.partition(".")[0] in FOR_VOLUNTEERS


def find_wanted() -> str | None:
    """Return what the reader wants: by the link they pressed, else before, else by the browser."""
    pressed, kept = request.args.get(WORD, ""), ""
    if request.endpoint not in FOR_EVERYBODY:
        kept = request.cookies.get(cookie_name(COOKIE), "")
    # Those of one quality stand in their own order; what is not to be used at all has none.
    asked = [code for code, quality in request.accept_languages if quality > 0]
    return language.choose([pressed, kept, *asked])


def speak() -> None:
    """Speak the reader's language for the length of a request."""
    wanted = find_wanted() if is_for_volunteers() else None
    if wanted is not None:
        g.spoken = ExitStack()
        g.spoken.enter_context(language.spoken(wanted))


def fall_silent(_error: BaseException | None = None) -> None:
    """Let the next request begin anew."""
    spoken: ExitStack | None = g.pop("spoken", None)
    if spoken is not None:
        spoken.close()


def keep_choice(response: Response) -> Response:
    """Keep what was chosen by a link, and let no cache show one reader another's language."""
    if is_for_volunteers():
        response.vary.add("Accept-Language")
        chosen = language.choose([request.args.get(WORD, "")])
        if chosen and request.endpoint not in FOR_EVERYBODY:
            keep_cookie(response, COOKIE, chosen)
    return response


def offer() -> list[LinkedLanguage]:
    """Return the languages of this page, where it can be asked for again in another."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()) or not is_for_volunteers():
        return []
    now = language.current()
    return [
        LinkedLanguage(code, name, _address(code), code == now)
        for code, name in language.NAMES.items()
    ]


def _address(code: str) -> str:
    """Return this page's address in a language, from here; what else it asks for stays."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key != WORD]
    return f"?{urlencode([*others, (WORD, code)])}"


def register(app: Flask) -> None:
    """Find the language before anything is said."""
    teach(app.jinja_env)
    app.before_request(speak)
    app.after_request(keep_choice)
    app.teardown_request(fall_silent)
    app.jinja_env.globals["languages"] = offer


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
