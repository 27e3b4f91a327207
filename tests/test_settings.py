"""Settings: refused where they cannot be right, and a secret that is made once."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from settings import SettingRefused, read_settings

ROOT = Path(__file__).parents[1]
SECRET = "0123456789abcdef" * 2
OTHER = f"{SECRET} and longer"


def read(home: Path, **given: Any) -> dict[str, Any]:
    return read_settings(given, str(home), {})


@pytest.mark.parametrize("length", [1, 31])
def test_a_short_secret_is_refused_with_a_sentence(tmp_path: Path, length: int) -> None:
    with pytest.raises(SettingRefused, match="SECRET_KEY is shorter than 32 characters"):
        read(tmp_path, SECRET_KEY="x" * length)


@pytest.mark.parametrize("key", ["x" * 99, "secret" * 9, "abcdefg" * 6])
def test_a_secret_of_few_characters_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingRefused, match="SECRET_KEY is the same few characters"):
        read(tmp_path, SECRET_KEY=key)


@pytest.mark.parametrize(
    ("fallbacks", "sentence"),
    [
        ("short", "A key in SECRET_KEY_FALLBACKS is shorter than 32 characters"),
        ("y" * 40, "A key in SECRET_KEY_FALLBACKS is the same few characters"),
        (SECRET, "SECRET_KEY_FALLBACKS repeats a key"),
        (f"{OTHER},{OTHER}", "SECRET_KEY_FALLBACKS repeats a key"),
    ],
)
def test_keys_of_before_are_keys_too(tmp_path: Path, fallbacks: str, sentence: str) -> None:
    with pytest.raises(SettingRefused, match=sentence):
        read(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_FALLBACKS=fallbacks)


def test_a_long_one_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, SECRET_KEY=SECRET)["SECRET_KEY"] == SECRET
    assert list(tmp_path.iterdir()) == []


def test_without_one_it_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"
    made = read(home)["SECRET_KEY"]
    assert len(made) >= 32
    assert read(home)["SECRET_KEY"] == made
    assert read(home, SECRET_KEY="")["SECRET_KEY"] == made
    (file,) = home.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.chmod(0o755)
    read(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert read(tmp_path / "elsewhere")["SECRET_KEY"] != made


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    program = (
        "import sys; sys.stdin.read(1); from settings import read_settings;"
        "print(read_settings({}, sys.argv[1], {})['SECRET_KEY'])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "home")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("x")
        process.stdin.flush()
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["secret_key"]


def test_the_database_is_a_file_at_home_by_default(tmp_path: Path) -> None:
    assert read(tmp_path)["DATABASE_URL"] == f"sqlite:///{tmp_path}/whereabouts.db"
    assert read(tmp_path, DATABASE_URL="postgresql://x/y")["DATABASE_URL"] == "postgresql://x/y"


def test_overrides_come_before_the_environment(tmp_path: Path) -> None:
    settings = read_settings({"SECRET_KEY": SECRET}, str(tmp_path), {"SECRET_KEY": OTHER})
    assert settings["SECRET_KEY"] == OTHER


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, ["localhost", "127.0.0.1", "[::1]"]),
        (
            {"BASE_URL": "https://w.example.org/"},
            ["localhost", "127.0.0.1", "[::1]", "w.example.org"],
        ),
        ({"TRUSTED_HOSTS": "a.example.org, b.example.org,"}, ["a.example.org", "b.example.org"]),
    ],
)
def test_hosts_follow_from_the_address(
    tmp_path: Path, given: dict[str, str], hosts: list[str]
) -> None:
    assert read(tmp_path, SECRET_KEY=SECRET, **given)["TRUSTED_HOSTS"] == hosts


def test_the_base_address_has_no_slash_at_its_end(tmp_path: Path) -> None:
    assert read(tmp_path, BASE_URL="https://w.example.org/")["BASE_URL"] == "https://w.example.org"


@pytest.mark.parametrize("count", ["one", "-1", "1.5"])
def test_a_count_of_proxies_is_a_number(tmp_path: Path, count: str) -> None:
    assert read(tmp_path, PROXY_COUNT="2")["PROXY_COUNT"] == 2
    with pytest.raises(SettingRefused, match="PROXY_COUNT is “"):
        read(tmp_path, PROXY_COUNT=count)
