"""Settings: read from the environment once, refused with a sentence when they cannot be right."""

import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from outreach.accounts.addresses import fold
from outreach.messages.smtp import MailServer, Safety
from outreach.refusal import Refused

LEAST_SECRET = 32
LEAST_DIFFERENT = 8
"""Characters of a key that differ: a random one of that length has more."""
SYNC_MINUTES = 60
SIGN_UPS_PER_PLACE = 120
"""New volunteers from one network in ten minutes: a hall behind one address; 0 sets no limit."""
MAIL_NAMES = ("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_TLS")
MAIL_PORTS: dict[Safety, int] = {"none": 25, "starttls": 587, "tls": 465}
NEAR_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""What is said to this machine itself is read by nobody on the way."""


class SettingRefused(Exception):
    """A setting cannot be used; the sentence says what to change."""


def read_settings(
    environment: Mapping[str, str], home: str, overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Collect the settings; `home` is the folder outside the tracked files that may be written.

    DATABASE_URL, SECRET_KEY, SECRET_KEY_FALLBACKS (comma-separated), BASE_URL, TRUSTED_HOSTS
    (comma-separated), PROXY_COUNT, SIGN_UPS_PER_PLACE, SYNC_MINUTES, WORKER and those of mail (see
    `read_mail`) are read from the environment.
    """
    given = {**environment, **overrides}
    base_url = _address(str(given.get("BASE_URL") or "").rstrip("/"))
    if _count("WEB_CONCURRENCY", given.get("WEB_CONCURRENCY") or 1) == 0:
        raise SettingRefused("WEB_CONCURRENCY is 0; somebody has to answer.")
    settings: dict[str, Any] = {
        "DATABASE_URL": _database(given.get("DATABASE_URL") or f"sqlite:///{home}/whereabouts.db"),
        "SECRET_KEY": given.get("SECRET_KEY") or _kept_secret(Path(home)),
        "SECRET_KEY_FALLBACKS": _listed(given.get("SECRET_KEY_FALLBACKS")),
        "BASE_URL": base_url,
        "TRUSTED_HOSTS": _listed(given.get("TRUSTED_HOSTS")) or _default_hosts(base_url),
        "PROXY_COUNT": _count("PROXY_COUNT", given.get("PROXY_COUNT")),
        "WORKER": _count("WORKER", 1 if given.get("WORKER") in (None, "") else given["WORKER"]),
        "MAIL_SERVER": read_mail(given, base_url),
        "SYNC_MINUTES": _count("SYNC_MINUTES", given.get("SYNC_MINUTES", SYNC_MINUTES)),
        "SIGN_UPS_PER_PLACE": _count(
            "SIGN_UPS_PER_PLACE", given.get("SIGN_UPS_PER_PLACE", SIGN_UPS_PER_PLACE)
        ),
    }
    settings.update({key: value for key, value in overrides.items() if key not in settings})
    _check_keys(str(settings["SECRET_KEY"]), settings["SECRET_KEY_FALLBACKS"])
    return settings


def _check_keys(key: str, fallbacks: Sequence[str]) -> None:
    """Refuse keys that somebody could guess; those of before open as much as the new one."""
    for name, one in [("SECRET_KEY", key), *(("SECRET_KEY_FALLBACKS", old) for old in fallbacks)]:
        wrong = f"shorter than {LEAST_SECRET} characters" if len(one) < LEAST_SECRET else ""
        wrong = wrong or ("the same few characters" if len(set(one)) < LEAST_DIFFERENT else "")
        if wrong:
            raise SettingRefused(
                f"{name} is {wrong}. Leave it out to have one made, or set a long random one."
                if one is key
                else f"A key in {name} is {wrong}. Leave it out: whoever guesses it opens forms."
            )
    if len({key, *fallbacks}) <= len(fallbacks):
        raise SettingRefused(
            "SECRET_KEY_FALLBACKS repeats a key. It holds the keys of before, and SECRET_KEY a new"
            " one."
        )


def _address(url: str) -> str | None:
    """Return where people reach us; None where nobody said."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if not url or (parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0):
            return url or None
    raise SettingRefused(f"BASE_URL is “{url}”; it looks like https://events.example.org.")


def _database(url: str) -> str:
    """Return an address that the program speaks; what is wrong with another is said without it."""
    wrong = (
        "DATABASE_URL cannot be read. It looks like sqlite:////srv/whereabouts/whereabouts.db or"
    )
    wrong += " postgresql://user:password@host/whereabouts"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingRefused(f"{wrong}.") from error
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return url
    if parsed.drivername not in ("postgresql", "postgresql+psycopg"):
        raise SettingRefused(f"{wrong}, and not like {parsed.drivername}://.")
    if find_spec("psycopg") is None:
        raise SettingRefused("The driver for PostgreSQL is missing. Add it: make postgres")
    return url


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return value
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def _count(name: str, value: object) -> int:
    text = str(value or 0)
    if not (text.isascii() and text.isdecimal()):
        raise SettingRefused(f"{name} is “{text}”; it must be a whole number from 0.")
    return int(text)


def _default_hosts(base_url: str | None) -> list[str]:
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    host = urlsplit(base_url).hostname if base_url else None
    return [*hosts, host] if host and host not in hosts else hosts


def _kept_secret(home: Path) -> str:
    """Return the secret of this installation, made at the first start.

    Two processes that start together agree: the file is created exclusively, complete, by
    linking a finished one into place.
    """
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = home / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if home.stat().st_mode & stat.S_ISVTX == 0:  # a folder like /tmp belongs to others too
        with suppress(PermissionError):
            home.chmod(0o700)
    return path.read_text().strip()


def read_mail(given: Mapping[str, Any], base_url: str | None) -> MailServer | None:
    """Return where mail is handed in; None where no mail server is named.

    No sentence repeats the URL or the password.
    """
    parts = _parts_of_url(str(given["SMTP_URL"])) if given.get("SMTP_URL") else {}
    named = {name: str(given[name]) for name in MAIL_NAMES if given.get(name)}
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
    address = urlsplit(base_url)
    if address.scheme != "https" and address.hostname not in NEAR_HOSTS:
        raise SettingRefused(
            "Mail needs a BASE_URL with https: the links in it open what only their reader may see."
        )
    sender, mailbox = _sender(str(given.get("MAIL_FROM") or ""))
    safety = _safety(parts.get("SMTP_TLS"), host)
    user, password = parts.get("SMTP_USER", ""), parts.get("SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingRefused("SMTP_USER and SMTP_PASSWORD belong together: set both or none.")
    if password and safety == "none" and host not in NEAR_HOSTS:
        raise SettingRefused("SMTP_TLS is “none”: the password would travel in the open.")
    port = _mail_port(parts.get("SMTP_PORT"), MAIL_PORTS[safety])
    return MailServer(host, port, sender, mailbox, user, password, safety)


def _parts_of_url(url: str) -> dict[str, str]:
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
    return _mail_parts(split, port)


def _mail_parts(split: SplitResult, port: int | None) -> dict[str, str]:
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
        return "none" if host in NEAR_HOSTS else "starttls"
    for known in MAIL_PORTS:
        if given.lower() == known:
            return known
    raise SettingRefused(f"SMTP_TLS is “{given}”; it must be “starttls”, “tls” or “none”.")


def _mail_port(given: str | None, standard: int) -> int:
    if given is None:
        return standard
    if not (given.isascii() and given.isdecimal() and 0 < int(given) < 65536):
        raise SettingRefused(f"SMTP_PORT is “{given}”; it must be a number from 1 to 65535.")
    return int(given)
