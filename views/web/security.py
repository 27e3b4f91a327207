"""The web's safety: order of checks, CSRF, cross-site and host checks, headers, safe paths."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from secrets import token_hex
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import (
    LengthRequired,
    RequestEntityTooLarge,
    RequestURITooLarge,
    SecurityError,
)
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from outreach.accounts.sign_in import find_session
from outreach.language import gettext as _
from views.web import guards
from views.web.cookies import FOR_EVERYBODY, FormCookie, given_token, is_https
from views.web.request import find_sign_in, read_body, real_now
from worker.turns import LONG_BODY, READING

LARGEST_REQUEST = 12 * 2**20
LARGEST_TEXT = 2 * 2**20
"""A field of text, pasted tables included; files are measured by the whole request."""
LARGEST_FORM = 3 * LARGEST_TEXT
"""A form without files, as sent: what is not ASCII takes three bytes for one."""
MOST_FIELDS = 5000
LONGEST_ADDRESS = 4096
LARGEST_KEY = 2**31 - 1

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_FRAMES = {
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    .replace("form-action 'self'", "form-action 'none'")
    .replace("script-src 'self'", "script-src 'none'"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Where other sites may show our page within theirs: nothing there can be pressed."""
SECRET_PARTS = frozenset({"token", "proof"})
"""Parts of a path that open something: no page opened from there may learn it."""

OUR_PAGE = re.compile("https?://(?P<host>[^/]+)(?P<path>/.*)")

csrf = CSRFProtect()


class KeyConverter(IntegerConverter):
    """A row's number in a URL: what no database column can hold is no row."""

    regex = "[0-9]+"

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **{"max": LARGEST_KEY, **named})  # type: ignore[arg-type]


def protect(app: Flask) -> None:
    """Put every check before the views and every header behind them."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        MAX_FORM_PARTS=MOST_FIELDS,
        WTF_CSRF_CHECK_DEFAULT=False,  # `check` below calls it, in its turn
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open over lunch
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which token pages do not send
    )
    # The router would check hosts too, but it does not know IPv6 addresses, and without it
    # the page that says so could not link to anything.
    app.config["HOSTS"], app.config["TRUSTED_HOSTS"] = app.config["TRUSTED_HOSTS"], None
    proxies = app.config["PROXY_COUNT"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.session_interface = FormCookie()
    app.url_map.converters["int"] = KeyConverter
    csrf.init_app(app)
    app.jinja_env.globals["csrf"] = csrf_field
    app.before_request(check)
    app.after_request(add_headers)
    app.after_request(lead_on)
    app.after_request(guards.note_foreign)


def lead_on(response: Response) -> Response:
    """Let the browser fetch the next page, whatever it sent: 303 says so, 302 does not."""
    if response.status_code == 302 and request.method not in READING:
        response.status_code = 303
    return response


def request_id() -> str:
    """Return the number under which this request is found in the log."""
    if "request_id" not in g:
        g.request_id = token_hex(8)
    number: str = g.request_id
    return number


def csrf_field() -> Markup:
    """Return the hidden field that every form which posts must carry."""
    if "csrf_field" not in g:
        field = Markup('<input type="hidden" name="csrf_token" value="{}">')
        g.csrf_field = field.format(generate_csrf())
    kept: Markup = g.csrf_field
    return kept


def check() -> AnyResponse | None:
    """Let a request through to its view, or answer it.

    The body is read before the database is opened: a writing request holds SQLite's lock,
    and a slow sender must not hold it for everybody.
    """
    _refuse_other_hosts()
    _refuse_bad_text()
    if request.endpoint is None:
        guards.recognise()  # for the frame around the router's own 404 or 405, which follows
        return None
    if request.method not in READING:
        _refuse_other_sites()
    answer = guards.refuse_strangers()
    if answer is None and request.method not in READING:
        _refuse_long_of_strangers()
        _read_body()
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
    return answer or guards.refuse_others()


def _refuse_other_hosts() -> None:
    host = re.sub(r":\d+$", "", request.host).lower()
    if host not in current_app.config["HOSTS"]:
        raise SecurityError(_("This server does not answer under that name (see TRUSTED_HOSTS)."))


def _refuse_bad_text() -> None:
    """Refuse what no column can hold and no person types."""
    address = request.environ.get("RAW_URI") or request.full_path
    if len(address) > LONGEST_ADDRESS:
        raise RequestURITooLarge
    if "\0" in unquote(address):
        abort(400, _("The address holds a character that no text may have."))


def _refuse_long_of_strangers() -> None:
    """Take a body that must be waited for from who is known; forms for everybody are short."""
    in_chunks = "Transfer-Encoding" in request.headers
    is_short = not in_chunks and (request.content_length or 0) <= LONG_BODY
    if is_short or g.get("is_signed"):
        return
    token = given_token()
    with current_app.extensions["READING_SESSIONS"]() as session:
        is_known = token is not None and find_session(session, token, real_now()) is not None
    if not is_known:
        raise LengthRequired if in_chunks else RequestEntityTooLarge


def _read_body() -> None:
    """Read a form within limits; the library's own limits hold for multipart forms only."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = LARGEST_FORM
        if read_body().count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
    read_body(as_form=True)
    values = (value for _, value in request.form.items(multi=True))
    if any("\0" in value for value in values):
        abort(400, _("The form holds a character that no text may have."))


def _refuse_other_sites() -> None:
    """Refuse what another site's page sent, by what the browser itself says about it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403, _("Another site sent this form."))
        return
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and has_secret_path()):
        return  # pages without a Referrer send no Origin either; their form's secret decides
    if not _is_ours(urlsplit(origin).netloc) or origin == "null":
        abort(403, _("Another site sent this form."))


def _is_ours(host: str) -> bool:
    return host in {request.host, urlsplit(current_app.config["BASE_URL"] or "").netloc}


def has_secret_path() -> bool:
    """Tell whether the address of this request opens something by itself."""
    return request.url_rule is not None and not SECRET_PARTS.isdisjoint(request.url_rule.arguments)


def add_headers(response: Response) -> Response:
    """Add the headers of safety to every answer, error pages too."""
    response.headers.update(HEADERS)
    secret = has_secret_path()
    response.headers["Referrer-Policy"] = "no-referrer" if secret else "same-origin"
    response.headers["X-Request-Id"] = request_id()
    if is_https():
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint in FOR_EVERYBODY and response.status_code < 400:
        response.headers.update(FOR_FRAMES)
        del response.headers["X-Frame-Options"]
    elif request.endpoint not in guards.FILES or response.status_code >= 400:
        _keep_private(response, secret)
    return response


def _keep_private(response: Response, secret: bool) -> None:
    """Keep pages of a person out of every cache, and other pages out of shared ones."""
    response.vary.add("Cookie")
    known = find_sign_in() is not None or "personal" in g
    if known or secret or request.method not in READING:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"


def place() -> str:
    """Return what tries are counted under besides the address: one network of one customer."""
    address = _read_address(request.remote_addr or "")
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Network((int(address), 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def network() -> str:
    """Return the network that the browser is in: so many addresses as one customer may have."""
    address = place().partition("/")[0]
    return str(ip_network((address, 48 if ":" in address else 24), strict=False))


def _read_address(text: str) -> IPv4Address | IPv6Address:
    """Read what a proxy says of who asks: some add the port, some do not know."""
    for spelled in (text, text.strip("[]"), text.rpartition(":")[0].strip("[]")):
        try:
            return ip_address(spelled)
        except ValueError:
            continue
    return IPv4Address(0)


def safe_path(target: str | None) -> str:
    """Return `target` if it is a path on this server, else the first page.

    Browsers drop tabs and line breaks and read a backslash as a slash, so anything odd is
    refused rather than repaired.
    """
    if not target or len(target) > 1000 or not target.isascii() or not target.isprintable():
        return "/"
    path = target.partition("?")[0]
    if not target.startswith("/") or "\\" in target or " " in target or "//" in path:
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or path.startswith("/sign-"):
        return "/"
    return target


def came_from() -> str | None:
    """Return the path of our page on which a button was pressed, where the browser tells.

    A page that was itself the answer to a form cannot be shown again, and pages with a secret in
    their address are not told.
    """
    told = OUR_PAGE.match(request.referrer or "")
    if told is None or not _is_ours(told["host"]):
        return None
    path, adapter = safe_path(told["path"]), current_app.create_url_adapter(request)
    shown = path.partition("?")[0].removeprefix(request.script_root)
    return path if adapter is not None and adapter.test(shown, method="GET") else None
