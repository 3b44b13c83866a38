"""Acts that a kind of plan needs and that nobody can do, and statements that nobody can make: the check tells them."""

import pytest

from domain.authoring.validation import check
from tests.agreements.test_deadlocks import CLAUSES, text_with
from tests.agreements.test_needs_of_rules import give

REGION, MUNICIPALITY = 'party = "region"', 'party = "municipality"'
NURSES = 'party = "municipality", roles = ["nurse"]'
CLAUSE = CLAUSES.strip()
PLAN = f"""
[plans.season]
title = "Säsongsplan"
english = "Season plan"
established_by = "both-parties"
{{more}}
{CLAUSES}
[content.people]
title = "De som godkänner"
fields = [
    {{{{ id = "nurse", title = "SSK", who = {{{{ party = "municipality", roles = ["nurse"] }}}}, {CLAUSE} }}}},
    {{{{ id = "physician", title = "Läkare", who = {{{{ party = "region", roles = ["physician"] }}}}, {CLAUSE} }}}},
]
{CLAUSES}
"""
AUTHORS = PLAN.replace('"both-parties"', '"author"').replace(
    "{more}", f"initiated_by = [{{{{ {NURSES} }}}}]\n{{more}}", 1
)


def list_lacks(*entries: str) -> list[tuple[str, str]]:
    """Return the acts on plans of the kind that somebody lacks for, each with its place."""
    faults = check(text_with("\n".join(entries)).encode())
    return [(fault.path, fault.what) for fault in faults if "for plans of the kind season" in fault.what]


@pytest.mark.parametrize(
    ("act", "kind", "more"),
    [
        ("agree-plan", PLAN, ""),
        ("close-plan", PLAN, ""),
        ("follow-up-plan", PLAN, 'followed_up_by = "parties"'),
    ],
)
def test_what_both_parties_must_do_with_a_plan_each_of_them_may_do(act: str, kind: str, more: str) -> None:
    plan = kind.format(more=more)

    alone = list_lacks(plan, give(act, REGION))

    said = f"leaves out the municipality, which must do {act} for plans of the kind season on home-care"
    assert alone == [(f"acts.{act}", said)]
    assert list_lacks(plan, give(act, REGION, MUNICIPALITY)) == list_lacks(plan) == []


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("initiate-plan", ""),
        ("agree-plan", ""),
        ("close-plan", ""),
        ("follow-up-plan", 'followed_up_by = "orderer"'),
        ("close-plan", 'followed_up_by = "orderer"'),
    ],
)
def test_what_the_author_does_with_a_plan_those_may_do_whom_the_text_names_for_the_kind(act: str, more: str) -> None:
    plan = AUTHORS.format(more=more)

    assert list_lacks(plan, give(act, REGION)) == [
        (f"acts.{act}", f"gives {act} for plans of the kind season to nobody on home-care")
    ]
    assert list_lacks(plan, give(act, REGION, NURSES)) == list_lacks(plan) == []


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("hold-planning", 'planning = "MAL-1-1"'),
        ("record-plan-section", 'content = "parts"'),
        ("plan-intervention", 'content = "interventions"'),
        ("assign-contact-role", 'roles = "people"'),
    ],
)
def test_what_a_plan_must_have_somebody_may_write(act: str, more: str) -> None:
    parts = "".join(
        f'[content.{name}]\ntitle = "Innehåll"\nfields = [{{ id = "{name}", title = "Del", {each}{CLAUSE}, '
        f'fields = [{{ id = "text", title = "Text", {CLAUSE} }}] }}]\n{CLAUSES}'
        for name, each in (("parts", ""), ("interventions", "each = true, "))
    )
    plan = PLAN.format(more=more)

    assert list_lacks(parts, plan, f"[acts.{act}]\nby = []\n{CLAUSES}") == [
        (f"acts.{act}", f"gives {act} for plans of the kind season to nobody on home-care")
    ]
    assert list_lacks(PLAN.format(more=""), f"[acts.{act}]\nby = []\n{CLAUSES}") == []


def test_a_party_none_of_whose_capacities_may_agree_to_a_plan_is_told() -> None:
    plan = PLAN.format(more='participants = "people"')
    coordinators = 'party = "region", roles = ["coordinator"]'

    assert list_lacks(plan, give("agree-plan", MUNICIPALITY, coordinators)) == [
        ("acts.agree-plan", "leaves out the region, which must do agree-plan for plans of the kind season on home-care")
    ]
    assert list_lacks(plan, give("agree-plan", MUNICIPALITY, REGION)) == []


def test_a_kind_of_plan_that_no_staff_begin_is_told_at_the_kind() -> None:
    care_staff = PLAN.format(more='initiated_by = [{ party = "municipality", roles = ["care-staff"] }]')

    assert list_lacks(care_staff) == [
        ("plans.season", "gives initiate-plan for plans of the kind season to nobody on home-care")
    ]


def test_two_offices_for_one_deed_are_nobodys() -> None:
    offices = '[vocabulary.offices]\nleader = "ledare"\nchair = "ordförande"\n'
    held, other = (f'party = "municipality", offices = ["{office}"]' for office in ("leader", "chair"))
    plan = offices + PLAN.format(more=f"initiated_by = [{{ {held} }}]")

    assert list_lacks(plan, give("initiate-plan", other)) == [
        ("acts.initiate-plan", "gives initiate-plan for plans of the kind season to nobody on home-care")
    ]
    assert list_lacks(plan, give("initiate-plan", held)) == []


def test_a_statement_that_nobody_may_record_is_told() -> None:
    statement = f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {MUNICIPALITY} }}]\n{CLAUSES}'

    faults = {
        act: [fault.path for fault in check(text_with(statement + act).encode())]
        for act in (give("record-statement", REGION), give("record-statement", MUNICIPALITY), "")
    }

    assert list(faults.values()) == [["statements.call.by"], [], []]
