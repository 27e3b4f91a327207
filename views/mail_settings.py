"""Settings of mail: SMTP_URL, or its parts; refused with a sentence when they cannot be right."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from outreach.accounts.addresses import fold
from outreach.messages.smtp import MailServer, Safety
from outreach.refusal import Refused
from views.refused_setting import SettingRefused

NAMES = ("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_TLS")
PORTS: dict[Safety, int] = {"none": 25, "starttls": 587, "tls": 465}
NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
"""What is said to this machine itself is read by nobody on the way."""


def read_mail(given: Mapping[str, Any], base_url: str | None) -> MailServer | None:
    """Return where mail is handed in; None where no mail server is named.

    No sentence repeats the URL or the password.
    """
    parts = _from_url(str(given["SMTP_URL"])) if given.get("SMTP_URL") else {}
    named = {name: str(given[name]) for name in NAMES if given.get(name)}
    if parts and named:
        raise SettingRefused(f"Set SMTP_URL or {min(named)}, not both.")
    parts = parts or named
    if not parts:
        return None
    host = parts.get("SMTP_HOST")
    if not host:
        raise SettingRefused(f"{min(parts)} is set, but SMTP_HOST is missing.")
    if not base_url:
        raise SettingRefused("Mail needs BASE_URL: the links in it begin with that.")
    sender, address = _sender(str(given.get("MAIL_FROM") or ""))
    safety = _safety(parts.get("SMTP_TLS"), host)
    user, password = parts.get("SMTP_USER", ""), parts.get("SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingRefused("SMTP_USER and SMTP_PASSWORD belong together: set both or none.")
    if password and safety == "none" and host not in NEAR:
        raise SettingRefused("SMTP_TLS is “none”: the password would travel in the open.")
    port = _port(parts.get("SMTP_PORT"), PORTS[safety])
    return MailServer(host, port, sender, address, user, password, safety)


def _from_url(url: str) -> dict[str, str]:
    wrong = SettingRefused(
        "SMTP_URL cannot be read. It looks like smtp://user:password@mail.example.org:587, or"
        " smtps://... where the connection begins with TLS."
    )
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise wrong from error
    if split.scheme not in {"smtp", "smtps"} or not split.hostname or split.path not in {"", "/"}:
        raise wrong
    return _parts(split, port)


def _parts(split: SplitResult, port: int | None) -> dict[str, str]:
    parts = {
        "SMTP_HOST": split.hostname,
        "SMTP_PORT": str(port) if port else None,
        "SMTP_USER": unquote(split.username) if split.username else None,
        "SMTP_PASSWORD": unquote(split.password) if split.password else None,
        "SMTP_TLS": "tls" if split.scheme == "smtps" else None,
    }
    return {name: value for name, value in parts.items() if value}


def _sender(given: str) -> tuple[str, str]:
    """Return what mail says it comes from, and the address in it."""
    name, address = parseaddr(given)
    wrong = SettingRefused(
        "MAIL_FROM is missing or no mail address. It looks like booth@example.org, or"
        " Booth team <booth@example.org>."
    )
    if any(character in given for character in "\r\n") or "@" not in address:
        raise wrong
    try:
        fold(address)
    except Refused as error:
        raise wrong from error
    if not address.isascii():
        raise SettingRefused("MAIL_FROM has letters that not every mail server takes.")
    return (f"{name} <{address}>" if name else address), address


def _safety(given: str | None, host: str) -> Safety:
    if given is None:
        return "none" if host in NEAR else "starttls"
    for known in PORTS:
        if given.lower() == known:
            return known
    raise SettingRefused(f"SMTP_TLS is “{given}”; it must be “starttls”, “tls” or “none”.")


def _port(given: str | None, standard: int) -> int:
    if given is None:
        return standard
    if not (given.isascii() and given.isdecimal() and 0 < int(given) < 65536):
        raise SettingRefused(f"SMTP_PORT is “{given}”; it must be a number from 1 to 65535.")
    return int(given)
