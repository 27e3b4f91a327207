"""Addresses fold to one key per mailbox as people see it, and to one limit per mailbox."""

import pytest

from outreach.accounts.addresses import bucket, fold
from outreach.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada@Example.ORG ", "ada@example.org"),
        ("ada+booth@example.org", "ada+booth@example.org"),
        ("a.d.a@example.org", "a.d.a@example.org"),
        ("ａｄａ@example.org", "ada@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("jos\u00e9@example.org", "jos\u00e9@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
    ],
)
def test_spellings_of_one_address_meet(typed: str, key: str) -> None:
    assert fold(typed) == key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@-example.org",
        "ada@exa mple.org",
        "ada@example..org",
        "a b@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada\r\n@example.org",
        "ada\0@example.org",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "ada@\u202eexample.org",
        "a" * 65 + "@example.org",
        "ada@" + "e" * 250 + ".org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        fold(typed)
    assert refusal.value.field == "email"


@pytest.mark.parametrize("typed", ["ada", "a.d.a", "ada+1", "a.da+x+y", "ADA"])
def test_one_mailbox_has_one_limit(typed: str) -> None:
    assert bucket(fold(f"{typed}@example.org")) == "ada@example.org"
