"""The two cookies: who is signed in, and the secret that ties forms to a browser."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as AnyResponse

from outreach.accounts.sign_in import SESSION_LIFETIME

NAME = "whereabouts"
FORM_NAME = "whereabouts-forms"


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
    response.set_cookie(
        cookie_name(),
        token,
        max_age=SESSION_LIFETIME,
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


def take_token(response: AnyResponse) -> None:
    """Sign the browser out."""
    response.delete_cookie(cookie_name(), secure=is_https(), httponly=True, samesite="Lax")


class FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie; it carries the CSRF secret and notes to show once."""

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
