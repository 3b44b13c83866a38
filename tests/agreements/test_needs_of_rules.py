"""Ordering rules that refuse an act until something is on record: whether anybody can ever put it there."""

from typing import NamedTuple

import pytest

from domain.authoring.validation import check
from tests.agreements.test_deadlocks import CLAUSES, TEMPLATE, text_with

TEXT = f"""
[[tracks]]
id = "short"
title = "Kortvarig hemsjukvård"
{CLAUSES}
[plans.individual]
title = "Individuell plan"
established_by = "author"
{{plan}}
{CLAUSES}
[statements.call]
title = "Samtalet"
by = [{{{{ party = "region" }}}}]
{{statement}}
{CLAUSES}
"""
"""Two tracks, a kind of plan, and a kind of statement."""


class Rule(NamedTuple):
    """An ordering rule: the act that waits, what it waits for, and the limits of the rule."""

    act: str
    needs: str
    limits: str = ""

    def write(self, place: int) -> str:
        """Return the rule as a text has it."""
        return (
            f'[[preconditions]]\nid = "rule-{place}"\nacts = ["{self.act}"]\nneeds = {{ {self.needs} }}\n'
            f'title = "Finns"\nremedy = "do it first"\n{self.limits}\n{CLAUSES}'
        )


def give(act: str, *groups: str) -> str:
    """Return who may do an act, as a text has it."""
    return f"[acts.{act}]\nby = [{', '.join(f'{{ {group} }}' for group in groups)}]\n{CLAUSES}"


def list_unmeetable(*rules: Rule, more: str = "", plan: str = "", statement: str = "") -> dict[str, str]:
    """Return what nobody can bring about, with the hindrance, by the path of the rule that waits for it."""
    written = "\n".join(rule.write(place) for place, rule in enumerate(rules))
    text = text_with(f"{TEXT.format(plan=plan, statement=statement)}\n{more}\n{written}")
    faults = {fault.path: fault.what for fault in check(text.encode()) if "which nobody can bring about" in fault.what}
    return {path: what.partition("bring about: ")[2] for path, what in faults.items()}


SIP, INDIVIDUAL, CALL = 'plan = "sip"', 'plan = "individual"', 'statement = "call"'
ITSELF = "the plan sip waits for itself"
FIRST, SECOND = "preconditions[0].needs", "preconditions[1].needs"


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ("", {FIRST: ITSELF}),
        ('plans = ["sip"]', {FIRST: ITSELF}),
        ('plans = ["individual"]', {}),
        ('tracks = ["short"]', {FIRST: ITSELF}),
        ('party = "municipality"', {}),
        ('enforce = "flag"', {}),
    ],
    ids=["always", "that plan", "another plan", "on a track", "one party of two", "a flag"],
)
def test_a_plan_that_waits_for_itself_is_never_made_if_the_rule_always_holds(
    limits: str, found: dict[str, str]
) -> None:
    assert list_unmeetable(Rule("initiate-plan", SIP, limits)) == found


@pytest.mark.parametrize(("kind", "found"), [("call", True), ("letter", False)])
def test_a_statement_that_waits_for_itself_is_never_recorded(kind: str, found: bool) -> None:
    letter = f'[statements.letter]\ntitle = "Brevet"\nby = [{{ party = "region" }}]\n{CLAUSES}'
    rule = Rule("record-statement", CALL, f'statements = ["{kind}"]')

    assert list_unmeetable(rule, more=letter) == ({FIRST: "the statement call waits for itself"} if found else {})


def test_an_act_that_waits_for_a_plan_waits_for_what_the_plan_waits_for() -> None:
    start, begin = Rule("start-enrolment", SIP), Rule("initiate-plan", SIP)

    assert list_unmeetable(start) == {}
    assert list_unmeetable(start, begin) == {FIRST: ITSELF, SECOND: ITSELF}
    assert list_unmeetable(start, begin._replace(limits='tracks = ["short"]')) == {SECOND: ITSELF}
    assert list_unmeetable(start, begin._replace(limits='enforce = "flag"')) == {}


def test_a_rule_about_some_interventions_keeps_nobody_from_recording_a_statement() -> None:
    some = Rule("record-statement", CALL, 'interventions = ["ventilator"]')
    ventilator = "[vocabulary.interventions]\n"

    written = text_with(TEXT.format(plan="", statement="") + some.write(0))
    text = written.replace(ventilator, f'{ventilator}ventilator = "hemventilator"\n', 1)

    assert [fault.what for fault in check(text.encode()) if "bring about" in fault.what] == []


@pytest.mark.parametrize(
    ("tracks", "found"),
    [("", {}), ('tracks = ["home-care"]', {}), ('tracks = ["short"]', {FIRST: True})],
    ids=["every track", "where it can be met", "where it cannot"],
)
def test_a_need_is_unmeetable_if_it_is_so_on_every_track_of_the_rule(tracks: str, found: dict[str, bool]) -> None:
    for need, only in ((INDIVIDUAL, "plan"), (CALL, "statement")):
        rule = Rule("start-enrolment", need, tracks)

        hindrances = list_unmeetable(rule, **{only: 'tracks = ["home-care"]'})

        assert {path: what.endswith("is for other tracks than short") for path, what in hindrances.items()} == found


def test_a_rule_of_a_text_without_tracks_waits_for_nothing_that_could_be_missing() -> None:
    begin, end = TEMPLATE.index("[[tracks]]"), TEMPLATE.index("[acts.send-referral]")
    nobody = give("record-statement", 'party = "municipality"')
    rules = TEXT[TEXT.index("[plans") :].format(plan="", statement="") + nobody + Rule("start-enrolment", CALL).write(0)

    text = f"tracks = []\n{TEMPLATE[:begin]}{TEMPLATE[end:]}{rules}"

    assert [fault.what for fault in check(text.encode()) if "bring about" in fault.what] == []


def test_a_plan_is_begun_by_those_whom_both_the_act_and_the_kind_of_plan_name() -> None:
    rule, by_region = Rule("start-enrolment", INDIVIDUAL), 'initiated_by = [{ party = "region" }]'
    initiate, agree = (give(act, 'party = "municipality"') for act in ("initiate-plan", "agree-plan"))

    assert list_unmeetable(rule, more=initiate, plan=by_region) == {
        FIRST: "the text gives initiate-plan to nobody for it"
    }
    assert list_unmeetable(rule, more=agree, plan=by_region) == {}
    assert list_unmeetable(rule, more=initiate) == {}


def test_a_plan_of_one_party_waits_for_itself_if_the_rule_holds_for_that_party() -> None:
    by_region = 'initiated_by = [{ party = "region" }]'
    found = {
        party: list_unmeetable(Rule("initiate-plan", INDIVIDUAL, f'party = "{party}"'), plan=by_region)
        for party in ("region", "municipality")
    }

    assert found == {"region": {FIRST: "the plan individual waits for itself"}, "municipality": {}}


def test_a_statement_is_recorded_by_those_whom_both_the_act_and_the_kind_name() -> None:
    rule = Rule("start-enrolment", CALL)

    others, own = (give("record-statement", f'party = "{party}"') for party in ("municipality", "region"))

    nobody = {FIRST: "the text gives record-statement to nobody for it"}
    assert list_unmeetable(rule, more=others) == nobody
    assert list_unmeetable(rule, more=own) == {}
    assert list_unmeetable(rule._replace(limits='enforce = "flag"'), more=others) == {}


@pytest.mark.parametrize("kind", ["plan", "statement"])
def test_a_need_that_the_text_does_not_have_is_reported_as_such_alone(kind: str) -> None:
    rule = Rule("start-enrolment", f'{kind} = "unknown"').write(0)

    faults = [fault.what for fault in check(text_with(TEXT.format(plan="", statement="") + rule).encode())]

    assert faults == [f"names unknown, but there is no {kind} with that name"]


def list_faults(*rules: str) -> list[str]:
    """List the paths of the faults of a text with two tracks and these rules on acts."""
    text = text_with("\n".join((TEXT.format(plan="", statement=""), *rules)))
    return sorted(fault.path for fault in check(text.encode()))


MUNICIPALITY, REGION = 'party = "municipality"', 'party = "region"'


def test_a_group_of_those_who_do_no_such_act_is_no_group_of_its_party() -> None:
    joint = give("accept-referral", MUNICIPALITY, f'{REGION}, roles = ["auditor"]') + "joint = true\n"

    assert list_faults(joint) == ["acts.accept-referral.by[1].roles", "acts.accept-referral.joint"]


def test_an_act_of_both_parties_needs_a_group_of_each_on_every_track() -> None:
    both = give("accept-referral", MUNICIPALITY, REGION) + "joint = true\n"
    on_one = give("accept-referral", MUNICIPALITY, f'{REGION}, tracks = ["home-care"]') + "joint = true\n"
    own = f"[acts.accept-referral.on.short]\nby = [{{ {MUNICIPALITY} }}]\njoint = true\n{CLAUSES}"

    assert list_faults(both) == []
    assert list_faults(on_one) == ["acts.accept-referral.joint"]
    assert list_faults(both, own) == ["acts.accept-referral.on.short.joint"]
    assert list_faults(both, own.replace("true", "false")) == []
    by_both = f'by = [{{ {MUNICIPALITY} }}, {{ {REGION}, tracks = ["short"] }}]'
    assert list_faults(both, own.replace(f"by = [{{ {MUNICIPALITY} }}]", by_both)) == []


def test_what_time_brings_about_is_done_by_kvittens_itself_alone() -> None:
    (fault,) = check(text_with(give("lapse-plan", f'{REGION}, roles = ["nurse"]')).encode())

    assert "an act that only Kvittens itself does" in fault.what
    assert list_faults(give("lapse-plan", f'{REGION}, roles = ["system"]')) == []
