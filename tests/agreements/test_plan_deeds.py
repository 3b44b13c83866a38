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
        ("close-plan", PLAN, f"initiated_by = [{{ {REGION} }}]"),
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


SHORT = f'[[tracks]]\nid = "short"\ntitle = "Kortvarig hemsjukvård"\n{CLAUSES}'


def test_a_plan_is_made_by_those_who_may_on_its_own_tracks() -> None:
    on_short = give("agree-plan", *(f'{party}, tracks = ["short"]' for party in (REGION, MUNICIPALITY)))

    assert list_lacks(SHORT, PLAN.format(more='tracks = ["short"]'), on_short) == []
    assert len(list_lacks(SHORT, PLAN.format(more=""), on_short)) == 1


def test_what_nobody_may_do_on_several_tracks_is_told_once_of_the_first() -> None:
    assert list_lacks(SHORT, PLAN.format(more=""), f"[acts.initiate-plan]\nby = []\n{CLAUSES}") == [
        ("acts.initiate-plan", "gives initiate-plan for plans of the kind season to nobody on home-care")
    ]


@pytest.mark.parametrize(
    ("act", "each"),
    [
        ("record-plan-section", "each = true"),
        ("record-plan-section", "optional = true"),
        ("plan-intervention", "optional = false"),
        ("plan-intervention", "each = true, optional = true"),
    ],
    ids=["of each intervention", "optional", "of the plan", "optional, of each intervention"],
)
def test_what_a_plan_need_not_have_nobody_must_be_able_to_write(act: str, each: str) -> None:
    part = f'{{ id = "part", title = "Del", {each}, {CLAUSE}, fields = [{{ id = "text", title = "Text", {CLAUSE} }}] }}'
    content = f'[content.parts]\ntitle = "Innehåll"\nfields = [{part}]\n{CLAUSES}'

    assert list_lacks(content, PLAN.format(more='content = "parts"'), f"[acts.{act}]\nby = []\n{CLAUSES}") == []


def test_what_is_asked_of_each_intervention_somebody_may_write() -> None:
    field = f'{{ id = "dose", title = "Dos", {CLAUSE} }}'
    orders = f'[content.orders]\ntitle = "Ordination"\nfields = [{field}]\n{CLAUSES}'
    nobody = f"[acts.plan-intervention]\nby = []\n{CLAUSES}"

    assert list_lacks(orders, PLAN.format(more='interventions = "orders"'), nobody) == [
        ("acts.plan-intervention", "gives plan-intervention for plans of the kind season to nobody on home-care")
    ]


def test_capacities_without_anybody_in_them_let_nobody_agree_to_a_plan() -> None:
    fields = f'{{ id = "nurse", title = "SSK", {CLAUSE} }}'
    people = f'[content.nobody]\ntitle = "De som godkänner"\nfields = [{fields}]\n{CLAUSES}'

    (lack,) = list_lacks(people, PLAN.format(more='participants = "nobody"'))

    assert lack == (
        "plans.season",
        "leaves out the region and the municipality, which must do agree-plan for plans of the kind season on "
        "home-care",
    )


def test_a_statement_is_recorded_by_those_who_may_on_its_own_tracks() -> None:
    statement = f'[statements.call]\ntitle = "Samtalet"\nby = [{{{{ {MUNICIPALITY} }}}}]\n{{}}\n{CLAUSES}'
    on_short = give("record-statement", f'{MUNICIPALITY}, tracks = ["short"]')

    found = {
        tracks: [fault.path for fault in check(text_with(SHORT + statement.format(tracks) + on_short).encode())]
        for tracks in ('tracks = ["short"]', "")
    }

    assert list(found.values()) == [[], ["statements.call.by"]]
