"""Cookies: who is signed in, who was before, and the secret that ties forms to a browser."""

import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response as AnyResponse

from outreach.accounts.sign_in import SESSION_LIFETIME
from outreach.accounts.tokens import new_token, sign

NAME = "whereabouts"
FORM_NAME = "whereabouts-forms"
BEFORE_NAME = "whereabouts-before"
FOR_EVERYBODY = frozenset({"gaps.show"})
"""Endpoints that neither read a cookie nor set one, so that other sites may show their pages."""
KEPT_FOR = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer."""


def is_https() -> bool:
    """Tell whether the browser came by https, to us or to the proxy at BASE_URL."""
    base = urlsplit(current_app.config["BASE_URL"] or "")
    return request.is_secure or (base.scheme == "https" and request.host == base.netloc)


def cookie_name(name: str = NAME) -> str:
    """Return the cookie's name; by https no other host can plant one of that name."""
    return f"__Host-{name}" if is_https() else name


def given_token() -> str | None:
    """Return the sign-in token that the browser sent."""
    return request.cookies.get(cookie_name())


def give_token(response: AnyResponse, token: str) -> None:
    """Sign the browser in."""
    keep_cookie(response, NAME, token, SESSION_LIFETIME)


def take_token(response: AnyResponse) -> None:
    """Sign the browser out."""
    response.delete_cookie(cookie_name(), secure=is_https(), httponly=True, samesite="Lax")


def keep_cookie(
    response: AnyResponse, name: str, value: str, seconds: int | timedelta = KEPT_FOR
) -> None:
    """Let the browser keep a secret of its own."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


def remember_address(response: AnyResponse, address: str) -> None:
    """Let the browser show later that it was signed in with this address once.

    It opens nothing: what others try with the address does not count against this browser.
    """
    name = new_token()
    signature = _sign_before(current_app.config["SECRET_KEY"], address, name)
    keep_cookie(response, BEFORE_NAME, f"{name}.{signature}")


def find_browser(address: str) -> str | None:
    """Return this browser's own name, where it was signed in with the (folded) address before."""
    name, _, signature = request.cookies.get(cookie_name(BEFORE_NAME), "").partition(".")
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    given = signature.encode()
    known = any(
        hmac.compare_digest(_sign_before(key, address, name).encode(), given) for key in keys
    )
    return name if known else None


def _sign_before(key: str, address: str, name: str) -> str:
    return sign(key, f"{name}:{address}:before")


class FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie; it carries the CSRF secret and notes to show once."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave pages alone that are the same for everybody, whatever was looked at for them."""
        if request.endpoint not in FOR_EVERYBODY:
            super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        """Return a name that only this host can set, where https allows it."""
        return cookie_name(FORM_NAME)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Keep the cookie to https where the browser came by it."""
        return is_https()

    def get_cookie_httponly(self, app: Flask) -> bool:
        """Keep scripts away from the cookie."""
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        """Keep the cookie out of other sites' forms."""
        return "Lax"
