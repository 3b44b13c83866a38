"""Entries that a text has in vain: the check doubts each of them, and says what it would count with."""

import pytest

from domain.authoring.validation import warn
from tests.agreements.test_deadlocks import CLAUSES, text_with

CLAUSE = CLAUSES.strip()
PLAN = f'[plans.individual]\ntitle = "Individuell plan"\nestablished_by = "{{}}"\n{{}}\n{CLAUSES}'
TEXTS = f'[content.own]\ntitle = "Innehåll"\nfields = [{{ id = "text", title = "Text", {CLAUSE} }}]\n{CLAUSES}'
DAYS = f'[[deadlines]]\nid = "days"\ntitle = "Tid"\nwords = "inom en dag"\nduration = "P1D"\n{CLAUSES}'
CALL = f'[statements.call]\ntitle = "Samtal"\nby = [{{{{ party = "region" }}}}]\n{{}}\n{CLAUSES}'
FACT = '[facts.age]\ntype = "{}"\nlabel = "Ålder?"\ndescription = "the age"\n{}\n'
RULE = '[[preconditions]]\nid = "first"\nacts = ["start-enrolment"]\ntitle = "Först"\nremedy = "do it"\n{}\n' + CLAUSES
GUARD = f'[guards.risks-addressed]\nfact = "age"\n{CLAUSES}'
DECLINE = f"""[acts.decline-referral]
by = [{{{{ party = "region" }}}}, {{{{ party = "municipality" }}}}]
alone = {{{{ party = "region", when = "criteria-met", {CLAUSE} }}}}
{{}}
{CLAUSES}"""
DUTY = f'[[duties]]\nid = "meet"\ntitle = "Träffas"\nmet_by = ["event:question.sent"]\n{{}}\n{CLAUSES}'


def list_vain(*entries: str) -> dict[str, str]:
    """Return what the entries say in vain, by its place, with what it counts with."""
    doubts = warn(text_with("\n".join(entries)).encode())
    return {
        each.path: each.what.rpartition("only ")[2]
        for each in doubts
        if "no effect" in each.what or "counts only" in each.what
    }


@pytest.mark.parametrize(
    ("alone", "beside", "place", "only"),
    [
        (
            CALL.format('deadline = "days"') + DAYS,
            CALL.format('deadline = "days"\ncounts_from = "event:referral.sent"') + DAYS,
            "statements.call.deadline",
            "with counts_from",
        ),
        (
            PLAN.format("author", 'participants = "own"') + TEXTS,
            PLAN.format("both-parties", 'participants = "own"') + TEXTS,
            "plans.individual.participants",
            'with established_by = "both-parties"',
        ),
        (
            RULE.format('code = "NOT_READY"\nenforce = "flag"\nneeds = { plan = "sip" }'),
            RULE.format('code = "NOT_READY"\nneeds = { plan = "sip" }'),
            "preconditions[0].code",
            'with enforce = "refuse"',
        ),
        (
            RULE.format('needs = { plan = "sip", since = "event:referral.sent" }'),
            RULE.format('needs = { statement = "call", since = "event:referral.sent" }') + CALL.format(""),
            "preconditions[0].needs.since",
            "with statement",
        ),
        (
            DUTY.format('opened_by = ["plan:sip"]\nfield = "late"'),
            DUTY.format('opened_by = ["event:care-plan.meeting-held"]\nfield = "late"'),
            "duties[0].field",
            "for a statement or an event",
        ),
        (
            f'[guards.own-words]\nfact = "age"\n{CLAUSES}' + FACT.format("bool", ""),
            f'[guards.risks-addressed]\nfact = "age"\n{CLAUSES}' + FACT.format("bool", ""),
            "guards.own-words.fact",
            "for risks-addressed",
        ),
        (
            FACT.format("int", 'no_means = "lives-alone"') + GUARD,
            FACT.format("bool", 'no_means = "lives-alone"') + GUARD,
            "facts.age.no_means",
            "for a yes or no that a party answers",
        ),
        (
            FACT.format("bool", 'no_means = "lives-alone"\nsource = { of = "plan", name = "sip" }') + GUARD,
            FACT.format("bool", 'no_means = "lives-alone"') + GUARD,
            "facts.age.no_means",
            "for a yes or no that a party answers",
        ),
        (
            DECLINE.format("joint = true").replace("decline-referral", "commit-to-enrolment"),
            DECLINE.format("joint = true"),
            "acts.commit-to-enrolment.alone",
            "for accept-referral or decline-referral or plan-without-individual",
        ),
        (DECLINE.format(""), DECLINE.format("joint = true"), "acts.decline-referral.alone", "with joint = true"),
    ],
    ids=[
        "a limit without a start",
        "capacities of an author",
        "a code of no refusal",
        "since",
        "a field",
        "a fact",
        "a no",
        "a no of the record",
        "commitment alone",
        "a party alone",
    ],
)
def test_a_field_that_counts_only_with_another_is_doubted_without_it(
    alone: str, beside: str, place: str, only: str
) -> None:
    assert list_vain(alone) == {place: only}
    assert list_vain(beside) == {}


def test_entries_that_nothing_names_are_doubted() -> None:
    alone = list_vain(TEXTS, FACT.format("bool", ""))

    assert set(alone) == {"facts.age", "content.own"}
    assert list_vain(TEXTS, PLAN.format("author", 'content = "own"')) == {}


@pytest.mark.parametrize(
    "entry",
    [
        f"[guards.own-words]\n{CLAUSES}",
        f'[self_care]\nassessment = "own"\n{CLAUSES}{TEXTS}',
        RULE.format('needs = { plan = "sip" }\nstatements = []'),
    ],
    ids=["a check without a fact", "what an assessment of self-care holds", "a field that says nothing"],
)
def test_what_counts_by_itself_is_not_doubted(entry: str) -> None:
    assert list_vain(entry) == {}
