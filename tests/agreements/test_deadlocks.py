"""Texts that let nobody do what they ask for, as `kvittens agreement check` names them; and what it says is added."""

from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.authoring import validation
from domain.authoring.background import list_additions
from domain.authoring.publication import load, load_published, read_published_text
from domain.authoring.validation import read_as_written
from service.cli import app

TEMPLATE = (files("domain.agreements") / "template.toml").read_text("utf-8")
DIRECTORY = files("service.directory") / "demonstration" / "gavleborg.toml"
CLAUSES = 'clauses = ["MAL-2-2"]\n'
MATRIX = '[[matrix]]\nid = "physician"'
BEFORE_THE_PLAN = f"""
[[preconditions]]
id = "sip-first"
acts = ["initiate-plan"]
needs = {{ plan = "sip" }}
title = "En SIP finns"
remedy = "establish the SIP first"
{CLAUSES}
"""


def text_with(added: str) -> str:
    assert MATRIX in TEMPLATE
    return TEMPLATE.replace(MATRIX, f"{added}\n{MATRIX}", 1)


def check(folder: Path, text: str, *options: str, language: str = "en") -> tuple[int, str]:
    """Return the exit status of the command, and what it prints without the name of the text's file."""
    file = folder / "text.toml"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["agreement", "check", str(file), "--language", language, *options])
    return result.exit_code, result.output.replace(f"{file}:", "")


@pytest.mark.parametrize(
    ("added", "on", "fault"),
    [
        (
            f'[acts.accept-referral]\nby = [{{ party = "municipality" }}]\njoint = true\n{CLAUSES}',
            "joint = true",
            "acts.accept-referral.joint is true, but nobody of the region may do the act, so it is never done by "
            "both; add a group of the region, or remove joint",
        ),
        (
            '[acts.accept-referral]\nby = [{ party = "municipality" }, '
            f'{{ party = "region", unit_kinds = ["municipal-care"] }}]\njoint = true\n{CLAUSES}',
            "joint = true",
            "acts.accept-referral.joint is true, but nobody of the region may do the act on home-care, so it is never "
            "done by both",
        ),
        (
            f'[acts.start-enrolment]\nby = [{{ party = "municipality", roles = ["system"] }}]\n{CLAUSES}',
            'roles = ["system"]',
            "acts.start-enrolment.by[0].roles names system for an act that neither an auditor, an official nor "
            "Kvittens itself does; name a role that takes part in the care, or leave roles out",
        ),
        (
            f'[acts.start-enrolment]\nby = [{{ party = "municipality", roles = ["official"] }}]\n{CLAUSES}',
            'roles = ["official"]',
            "acts.start-enrolment.by[0].roles names official for an act that neither an auditor, an official nor",
        ),
        (
            f'[acts.start-enrolment]\nby = [{{ party = "municipality", unit_kinds = ["primary-care"] }}]\n{CLAUSES}',
            "unit_kinds = [",
            "acts.start-enrolment.by[0] names primary-care, of which a municipality has none; use one of "
            "municipal-care, social-services, or name the other party",
        ),
        (
            BEFORE_THE_PLAN,
            'needs = { plan = "sip" }',
            "preconditions[0].needs asks for the plan sip, which nobody can bring about: the plan sip waits for itself",
        ),
        (
            BEFORE_THE_PLAN.replace("initiate-plan", "start-enrolment")
            + f'[acts.agree-plan]\nby = [{{ party = "region", roles = ["auditor"] }}]\n{CLAUSES}',
            'needs = { plan = "sip" }',
            "the text gives agree-plan to nobody for it",
        ),
    ],
    ids=[
        "joint of one party",
        "joint of no units",
        "for the system alone",
        "for officials alone",
        "no such units",
        "waits for itself",
        "nobody agrees",
    ],
)
def test_what_nobody_can_ever_do_is_a_fault_with_its_line_and_the_remedy(
    tmp_path: Path, added: str, on: str, fault: str
) -> None:
    text = text_with(added)

    status, said = check(tmp_path, text)

    assert status == 1
    line = text[: text.rindex(on)].count("\n") + 1
    (found,) = [each for each in said.splitlines() if fault in each]
    assert found.startswith(f"{line}: ")


@pytest.mark.parametrize(
    "rule",
    [
        '[acts.accept-referral]\nby = [{ party = "municipality" }]\njoint = true\n',
        '[acts.start-enrolment]\nby = [{ party = "municipality", roles = ["auditor"] }]\n',
        '[acts.sign-version]\nby = [{ party = "municipality" }]\njoint = true\n',
        '[acts.sign-version]\nby = [{ party = "region", roles = ["auditor"] }, { party = "municipality" }]\n',
        '[acts.lapse-plan]\nby = [{ party = "region", roles = ["nurse"] }]\n',
        '[content.discharge-planning]\ntitle = "Utskrivning"\n'
        'fields = [{ id = "language", title = "Språk", clauses = ["MAL-2-2"] }]\n',
    ],
)
def test_one_mistake_is_one_fault(rule: str) -> None:
    assert len(validation.check(text_with(rule + CLAUSES).encode())) == 1


def test_the_social_services_are_units_of_a_municipality_and_not_of_a_region(tmp_path: Path) -> None:
    for party, status in (("municipality", 0), ("region", 1)):
        group = f'{{ party = "{party}", unit_kinds = ["social-services"] }}'
        added = f'[acts.raise-need]\nby = [{group}, {{ party = "region" }}]\n{CLAUSES}'

        assert check(tmp_path, text_with(added))[0] == status


def test_a_rule_that_only_holds_at_times_or_for_other_plans_waits_for_nothing(tmp_path: Path) -> None:
    for limit in ('when = "criteria-met"', 'enforce = "flag"'):
        status, said = check(tmp_path, text_with(BEFORE_THE_PLAN.replace("title =", f"{limit}\ntitle =")))

        assert (status, "waits for itself" in said) == (0, False), said


def test_a_municipality_and_a_county_that_the_directory_does_not_have_are_faults(tmp_path: Path) -> None:
    text = 'municipalities = ["Norrby kommun", "Söderbys kommun", "Lund"]\n' + TEMPLATE
    own = text.replace('county = "mall-lan"', 'county = "gavleborg"')

    status, said = check(tmp_path, text, "--directory", str(DIRECTORY))

    assert status == 1
    line = text[: text.index("county =")].count("\n") + 1
    assert said.splitlines() == [
        "1: municipalities[1] is Söderbys kommun, a municipality that the directory does not have; did you mean "
        "Söderby kommun?",
        "1: municipalities[2] is Lund, a municipality that the directory does not have; write one of Norrby kommun, "
        "Söderby kommun",
        f"{line}: county is mall-lan, and the directory's is gavleborg; write the same county in both",
    ]
    for known in ("Söderbys kommun", "Lund"):
        own = own.replace(known, "Söderby kommun")
    assert check(tmp_path, own, "--directory", str(DIRECTORY))[0] == 0


def test_a_sound_text_is_told_what_the_national_rules_add_to_it(tmp_path: Path) -> None:
    status, said = check(tmp_path, TEMPLATE, language="sv")

    assert status == 0
    assert said.startswith("Så kommer det att fungera, utöver det som texten själv säger.")
    lines = [line.strip() for line in said.splitlines()]
    assert (
        "Samordnad individuell plan: 1. Vilka insatser som behövs; 2. Vilka insatser varje huvudman svarar för; "
        "3. Vad någon annan än kommunen eller regionen gör; 4. Vilken huvudman som har det övergripande ansvaret för "
        "planen; Hur den enskilde har deltagit (INF-6-5, INF-6-6, INF-6-7, INF-6-8, INF-6-3)"
    ) in lines
    assert any(line.endswith("(INF-2-6)") for line in lines[lines.index("Det här kontrolleras också:") :])
    assert any("Utse den fasta vårdkontakt som den enskilde har bett om" in line for line in lines)


def test_each_sentence_of_the_national_rules_is_told_once(tmp_path: Path) -> None:
    for language in ("sv", "en"):
        _, said = check(tmp_path, TEMPLATE, language=language)
        sentences = [line.rpartition(" (")[0] for line in said.splitlines() if line.startswith("    ")]

        assert len(sentences) > 20
        assert [sentence for sentence in sentences if sentences.count(sentence) > 1] == []


def test_whatever_the_national_rules_add_is_told_by_its_name() -> None:
    own, whole = read_as_written(TEMPLATE.encode()), load(TEMPLATE.encode())
    told = {addition.title for addition in list_additions(own, whole)}
    named = {
        *(statement.title for statement in whole.statements.values()),
        *(duty.title for duty in whole.duties),
        *(rule.title for rule in whole.preconditions),
        *(condition.title for condition in whole.payment_liability.conditions),
    }

    assert len(named) > 10
    assert named <= told


@pytest.mark.parametrize(
    ("start", "is_added"),
    [("", True), ('when = "winter"\ndays = 5', True), ("days = 5", False)],
    ids=["no first day", "a first day in winter", "a first day"],
)
def test_the_laws_first_day_of_payment_is_added_unless_the_text_always_has_one(start: str, is_added: bool) -> None:
    row = f"[[payment_liability.starts]]\n{start}\n{CLAUSES}" if start else ""
    words = "[vocabulary.conditions]\n"
    text = text_with(row).replace(words, f'{words}winter = "vinter"\n', 1).encode()

    added = list_additions(read_as_written(text), load(text))

    assert any(addition.clauses == ("LSU-5-4",) for addition in added) is is_added


def test_what_a_text_says_itself_is_not_told_as_added() -> None:
    for agreement in load_published().agreements:
        text = read_published_text(agreement.ref)
        own, whole = read_as_written(text), load(text)
        additions = list(list_additions(own, whole))
        added = {addition.title for addition in additions}
        parts = {part for addition in additions for part in addition.parts}

        assert added.isdisjoint(duty.title for duty in own.duties)
        assert added.isdisjoint(rule.title for rule in own.statements.values())
        assert parts.isdisjoint(field.title for content in own.content.values() for field in content.fields)
