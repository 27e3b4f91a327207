"""Settings: read from the environment once, refused with a sentence when they cannot be right."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from views.mail_settings import read_mail
from views.refused_setting import SettingRefused

__all__ = ["SettingRefused", "read_settings"]

LEAST_SECRET = 32
SYNC_MINUTES = 60
SIGN_UPS_PER_PLACE = 120
"""New volunteers from one network in ten minutes: a hall behind one address; 0 sets no limit."""


def read_settings(
    environment: Mapping[str, str], home: str, overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Collect the settings; `home` is the folder outside the tracked files that may be written.

    DATABASE_URL, SECRET_KEY, SECRET_KEY_FALLBACKS (comma-separated), BASE_URL, TRUSTED_HOSTS
    (comma-separated), PROXY_COUNT, SIGN_UPS_PER_PLACE, SYNC_MINUTES, WORKER and those of mail (see
    `mail_settings`) are read from the environment.
    """
    given = {**environment, **overrides}
    base_url = str(given.get("BASE_URL") or "").rstrip("/") or None
    settings: dict[str, Any] = {
        "DATABASE_URL": given.get("DATABASE_URL") or f"sqlite:///{home}/whereabouts.db",
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
    if len(str(settings["SECRET_KEY"])) < LEAST_SECRET:
        raise SettingRefused(
            f"SECRET_KEY is shorter than {LEAST_SECRET} characters. "
            "Leave it out to have one made, or set a long random one."
        )
    return settings


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
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
