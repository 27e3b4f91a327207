"""Which issues concern a segment, by which phrases, and what answers change."""

import pytest

from outreach.issues.relevance.files import load_templates
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import Finding, IssueText, LinkAnswer, Profile

TEMPLATES = load_templates()
INDEX = Relevance.build(TEMPLATES, TEMPLATES)


def issue(title: str, body: str = "", repository: str = "", *labels: str) -> IssueText:
    return IssueText("1", repository, title, body, labels)


def concerned(findings: list[Finding]) -> list[str]:
    return [finding.segment for finding in findings if finding.concerns]


@pytest.mark.parametrize(
    ("title", "body", "segments"),
    [
        ("glibc 2.34-100 update makes Houdini crash on start", "", ["vfx"]),
        ("srun hangs when slurmctld restarts", "InfiniBand nodes only", ["hpc"]),
        ("Raspberry Pi 4 does not boot from USB", "", ["arm-sbc"]),
        ("Migrate hosts from CentOS 7 with leapp", "", ["migration"]),
        ("CVE-2024-6387: please ship the OpenSSH fix", "", ["security"]),
        ("libvirt: live migration of KVM guests fails", "", ["virtualization"]),
    ],
)
def test_an_issue_finds_its_segment(title: str, body: str, segments: list[str]) -> None:
    assert concerned(INDEX.judge(issue(title, body))) == segments


@pytest.mark.parametrize(
    "title",
    [
        "Typo in the contributors page",
        "React component re-renders on every state change",
        "Robot arm does not reach the joint limit",
        "Volunteer shifts overlap in the schedule",
        "",
    ],
)
def test_an_issue_may_concern_nobody(title: str) -> None:
    assert concerned(INDEX.judge(issue(title))) == []


SURROUNDINGS = [
    "Environment: Fedora 39, GNOME 45 on Wayland, Docker 24.0.7, NVIDIA driver 535, laptop.",
    "### System information\nCentOS 7 virtual machine under Proxmox\nQEMU 8.1",
    "Tested on a Raspberry Pi 4 and in VirtualBox.",
    "- [x] I have read the security policy and searched for CVE reports",
]


@pytest.mark.parametrize("dump", SURROUNDINGS)
def test_the_reporter_s_machine_decides_nothing(dump: str) -> None:
    assert concerned(INDEX.judge(issue("Crash when saving twice", f"It stops.\n\n{dump}"))) == []


def test_phrases_are_quoted_as_the_issue_spells_them_weightiest_first() -> None:
    text = issue("HOUDINI crashes", "Since the OpenEXR update.", "studio/pipeline", "houdini")
    finding = INDEX.judge(text)[0]
    assert finding.phrases[:2] == (("HOUDINI", "title"), ("OpenEXR", "body"))


def test_answers_lift_words_that_the_profile_lacks() -> None:
    index = Relevance.build([Profile("film", "Film people", "film")])
    said = [issue("Gaffer crashes on load"), issue("Gaffer loses nodes")]
    other = [issue("Website is slow"), issue("Login fails")]
    answers = [LinkAnswer(i, "film", True) for i in said] + [
        LinkAnswer(i, "film", False) for i in other
    ]
    asked = issue("Gaffer cannot open a script")
    assert concerned(index.judge(asked)) == []
    assert index.learn(answers).judge(asked)[0].phrases == (("Gaffer", "title"),)


def test_learning_leaves_the_index_itself_as_it_was() -> None:
    asked = issue("Houdini crashes")
    before = INDEX.judge(asked)
    INDEX.learn([LinkAnswer(asked, "vfx", False)])
    assert INDEX.judge(asked) == before
