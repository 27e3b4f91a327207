"""Sentences about the problem count; forms, surroundings and print-outs hardly do."""

import pytest

from outreach.issues.relevance.bodies import weigh_sentences


def weights(body: str) -> list[float]:
    return [weight for _, weight in weigh_sentences(body)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Quitting Houdini with the bookmark panel open crashes.",
        "GPUs were detected with CUDA 9.0, not after upgrading to CUDA 10.0.",
        "Proxmox VE 8.2.2: at first boot the VM has no address.",
        "glibc-2.34-100.el9 makes every render stop",
        "Hosting customers cannot log in",
    ],
)
def test_a_sentence_about_the_problem_counts_in_full(sentence: str) -> None:
    assert weights(sentence) == [1.0]


@pytest.mark.parametrize(
    "sentence",
    [
        "OS: CentOS 7 in VirtualBox",
        "Host is Fedora 39 with GNOME on Wayland.",
        "Tested in a virtual machine and on bare metal.",
        "- Operating system: Rocky Linux 9",
        "Ubuntu 22.04, kernel 5.15, Docker 24.0.7, 16 GB RAM",
        "I'm running KDE on a laptop.",
    ],
)
def test_the_reporter_s_machine_counts_little(sentence: str) -> None:
    assert max(weights(sentence)) < 0.2


@pytest.mark.parametrize(
    "sentence",
    [
        "- [x] I searched the tracker for CVE reports",
        "I have read the security policy.",
        "<!-- Tell us about your desktop -->",
        "Please add the security label.",
        "No response",
    ],
)
def test_the_form_s_own_words_do_not_count(sentence: str) -> None:
    assert sum(weights(sentence)) == 0.0


def test_a_heading_rules_what_follows_it() -> None:
    body = "### System information\nProxmox with 3 guests\n\n### Problem\nThe guest hangs."
    assert weights(body) == [0.15, 0.15, 1.0, 1.0]


def test_what_a_form_asks_for_is_still_read() -> None:
    body = "### Steps to reproduce\nOpen Houdini.\n\nExpected behavior: it starts."
    assert weights(body) == [0.4, 1.0, 0.4]


def test_what_a_machine_printed_counts_less() -> None:
    body = "It stops.\n```\nlibvirtd started\n```\nThen it hangs."
    assert weights(body) == [1.0, 0.4, 1.0]


@pytest.mark.parametrize("unit", [".", "!? ", "```\n", "<!--", "a.b ", "### ", "((((", ",1.0"])
def test_hostile_bodies_are_read_to_their_limit(unit: str) -> None:
    read = "".join(sentence for sentence, _ in weigh_sentences(unit * 100_000))
    assert len(read) <= 20_001
