"""Settings of mail: a URL or its parts, and a sentence for what cannot be right."""

from typing import Any

import pytest

from outreach.messages.smtp import MailServer
from settings import SettingRefused, read_mail

FROM = {"MAIL_FROM": "booth@where.example"}
BASE = "https://where.example"
CANARY = "canary4711"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"MAIL_FROM": "booth@where.example"}, None),
        ({"SMTP_URL": "", "SMTP_HOST": ""}, None),
        ({"SMTP_URL": "smtp://mail.example"}, ("mail.example", 587, "", "", "starttls")),
        ({"SMTP_URL": "smtps://mail.example"}, ("mail.example", 465, "", "", "tls")),
        (
            {"SMTP_URL": "smtp://a%40b:p%2Fw@mail.example:2525"},
            ("mail.example", 2525, "a@b", "p/w", "starttls"),
        ),
        ({"SMTP_URL": "smtp://localhost"}, ("localhost", 25, "", "", "none")),
        ({"SMTP_HOST": "mail.example"}, ("mail.example", 587, "", "", "starttls")),
        ({"SMTP_HOST": "mail.example", "SMTP_TLS": "TLS"}, ("mail.example", 465, "", "", "tls")),
        ({"SMTP_HOST": "mail.example", "SMTP_TLS": "none"}, ("mail.example", 25, "", "", "none")),
        (
            {"SMTP_HOST": "::1", "SMTP_PORT": "1025", "SMTP_USER": "u", "SMTP_PASSWORD": "p"},
            ("::1", 1025, "u", "p", "none"),
        ),
    ],
)
def test_read(given: dict[str, str], expected: tuple[Any, ...] | None) -> None:
    found = read_mail(FROM | given, BASE)
    if expected is None:
        assert found is None
        return
    host, port, user, password, safety = expected
    sender = "booth@where.example"
    assert found == MailServer(host, port, sender, sender, user, password, safety)


def test_a_sender_with_a_name() -> None:
    found = read_mail({"SMTP_HOST": "x.example", "MAIL_FROM": "Booth team <b@x.example>"}, BASE)
    assert found is not None
    assert (found.sender, found.sender_address) == ("Booth team <b@x.example>", "b@x.example")
    assert found.own_name == "x.example"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SMTP_URL": "http://mail.example"}, "SMTP_URL cannot be read"),
        ({"SMTP_URL": "mail.example:25"}, "SMTP_URL cannot be read"),
        ({"SMTP_URL": f"smtp://u:{CANARY}@mail.example:x"}, "SMTP_URL cannot be read"),
        ({"SMTP_URL": f"smtp://u:{CANARY}@"}, "SMTP_URL cannot be read"),
        ({"SMTP_URL": "smtp://a.example", "SMTP_HOST": "b.example"}, "SMTP_URL or SMTP_HOST"),
        ({"SMTP_USER": "u", "SMTP_PASSWORD": CANARY}, "SMTP_HOST is missing"),
        ({"SMTP_HOST": "mail.example", "SMTP_PORT": "0"}, "SMTP_PORT is “0”"),
        ({"SMTP_HOST": "mail.example", "SMTP_PORT": "99999"}, "SMTP_PORT is “99999”"),
        ({"SMTP_HOST": "mail.example", "SMTP_PORT": "²"}, "SMTP_PORT is “²”"),
        ({"SMTP_HOST": "mail.example", "SMTP_TLS": "yes"}, "SMTP_TLS is “yes”"),
        ({"SMTP_HOST": "mail.example", "SMTP_USER": "u"}, "belong together"),
        ({"SMTP_URL": f"smtp://:{CANARY}@mail.example"}, "belong together"),
        (
            {"SMTP_HOST": "m.example", "SMTP_TLS": "none", "SMTP_USER": "u",
             "SMTP_PASSWORD": CANARY},
            "in the open",
        ),
        ({"SMTP_HOST": "mail.example", "MAIL_FROM": ""}, "MAIL_FROM is missing"),
        ({"SMTP_HOST": "mail.example", "MAIL_FROM": "Booth team"}, "MAIL_FROM is missing"),
        ({"SMTP_HOST": "m.example", "MAIL_FROM": "a@b.example\r\nBcc: c@d.example"}, "MAIL_FROM"),
        ({"SMTP_HOST": "mail.example", "MAIL_FROM": "bööth@b.example"}, "MAIL_FROM has letters"),
    ],
)  # fmt: skip
def test_refused_with_a_sentence_that_tells_no_secret(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingRefused, match=said) as refused:
        read_mail(FROM | given, BASE)
    assert CANARY not in str(refused.value)


def test_links_in_mail_need_an_address() -> None:
    with pytest.raises(SettingRefused, match="Mail needs BASE_URL"):
        read_mail(FROM | {"SMTP_HOST": "mail.example"}, None)


def test_links_in_mail_are_read_by_nobody_on_the_way() -> None:
    given = FROM | {"SMTP_HOST": "mail.example"}
    for base in ("http://where.example", "http://127.0.0.1.example:8000", "where.example"):
        with pytest.raises(SettingRefused, match="a BASE_URL with https"):
            read_mail(given, base)
    for near in ("http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"):
        assert read_mail(given, near)
