"""Permission to act at all, before any decision looks at the case."""

import inspect
from uuid import UUID

import pytest

from domain.act import Act, Moments
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS, death_and_move, disagreement, referral, referral_decision, tasks
from domain.case.events.disagreement import PositionRecorded
from domain.case.events.referral import WithdrawalReason
from domain.case.permission import BY_RECORD, permit
from domain.kernel import Actor, Basis, Party, Role
from domain.refusals import ActorNotAllowed, NoAgreementInForce, NotYourPrincipal, UnknownReference
from domain.versions.events import VersionPublished
from domain.versions.validity import Unconcluded, ValidityPeriod
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    REGION_AUDITOR,
    REGION_COORDINATOR,
    WOUND,
    A,
    Story,
    at_odds,
    enrolled,
    given,
    level_established,
)

AUDITORS = (REGION_AUDITOR, NURSE_A.model_copy(update={"role": Role.AUDITOR}))


@pytest.mark.rule("SYS-3")
@pytest.mark.parametrize("by", AUDITORS, ids=lambda by: by.party)
@pytest.mark.parametrize("name", DECISIONS)
def test_an_auditor_never_acts(name: ActName, by: Actor) -> None:
    decide, story = DECISIONS[name], enrolled()
    act = story.act(decide, by, content=dict.fromkeys(("day", "moved_on"), story.clock.date()))
    content = dict.fromkeys(each for each in inspect.signature(decide).parameters if each not in {"case", "act"})
    if "plan" in content:
        content["plan"] = story.plan.id

    with pytest.raises(ActorNotAllowed) as refused:
        decide(act=act, **content) if name is ActName.RAISE_NEED else story.decided(act, **content)
    assert (refused.value.rule, refused.value.where) == ("SYS-3", ("auditor",))


@pytest.mark.parametrize("name", DECISIONS)
def test_the_record_itself_does_what_time_brings_and_nothing_else_and_nobody_does_that_for_it(name: ActName) -> None:
    system = NURSE_A.model_copy(update={"role": Role.SYSTEM})
    barred = NURSE_A if name in BY_RECORD else system
    act = enrolled().act(DECISIONS[name], barred, content=dict.fromkeys(("day", "moved_on"), enrolled().clock.date()))

    with pytest.raises(ActorNotAllowed) as refused:
        permit(act, enrolled().state)

    assert (refused.value.rule, refused.value.where) == ("SYS-3", (barred.role,))


@pytest.mark.rule("SYS-7")
def test_an_act_that_the_version_names_nobody_for_is_done_by_licensed_staff_or_a_coordinator() -> None:
    day = enrolled().clock.date()

    given(enrolled()).when(death_and_move.record_death, by=CARE_STAFF_A, deceased_on=day).then_refused(
        ActorNotAllowed, rule="SYS-7", where=("care-staff",)
    )
    assert enrolled().after(death_and_move.record_death, REGION_COORDINATOR, deceased_on=day).enrolment.status.is_ended


def test_staff_whom_the_version_names_for_a_fact_record_it() -> None:
    given(at_odds()).when(
        disagreement.record_position, by=CARE_STAFF_A, dispute=at_odds().dispute, position="We lack the competence"
    ).then(PositionRecorded)


@pytest.mark.rule("SYS-3")
def test_an_auditor_does_not_take_a_request_back() -> None:
    given(level_established()).when(
        referral_decision.withdraw, by=REGION_AUDITOR, reason=WithdrawalReason.INDIVIDUAL_REFUSES
    ).then_refused(ActorNotAllowed, rule="SYS-3")


@pytest.mark.parametrize(("age", "is_of_age"), [(17, False), (18, True), (None, False)])
def test_a_person_of_an_age_that_is_not_known_is_not_known_to_be_of_age(age: int | None, is_of_age: bool) -> None:
    act = enrolled().act(referral_decision.withdraw, NURSE_A).model_copy(update={"patient_age": age})

    assert act.is_of_age is is_of_age


@pytest.mark.rule("SYS-1")
def test_nobody_takes_part_who_is_not_in_the_directory() -> None:
    contacted = Story().need_raised().sent().acknowledged().contacted()

    given(contacted).when(
        referral.start_assessment, by=NURSE_A, participants=[NURSE_A.person, "SE2120000000-NOBODY"]
    ).then_refused(UnknownReference, rule="SYS-1", where=("SE2120000000-NOBODY",))


def unregulated(act: Act) -> Act:
    """Return the act under a version that has no rule about who does anything."""
    assert act.agreement is not None
    return act.model_copy(update={"agreement": act.agreement.model_copy(update={"acts": {}})})


def test_an_act_without_a_version_names_the_field_that_gives_its_time_and_stands_on_nothing() -> None:
    act = enrolled().act(referral_decision.withdraw, NURSE_A).model_copy(update={"agreement": None})
    of_a_day = act.model_copy(update={"moments": Moments((act.occurred_at,), "day")})

    for asked, field in ((act, "occurred_at"), (of_a_day, "day")):
        with pytest.raises(NoAgreementInForce) as refused:
            _ = asked.in_force
        assert refused.value.where == (field,)
    assert act.basis("ORE-1.1-1", not_regulated=("x",)) == Basis(agreement=None, not_regulated=("x",))


@pytest.mark.rule("SYS-2")
def test_an_act_without_a_version_names_one_that_only_lacks_a_signature_or_its_publication() -> None:
    act = enrolled().act(referral_decision.withdraw, NURSE_A)
    version = act.in_force
    lacking = Unconcluded(
        agreement=version.ref,
        county="orebro",
        municipality=A,
        days=ValidityPeriod(first=version.valid_from),
        unsigned=(A,),
        is_published=False,
    )
    without = act.model_copy(update={"agreement": None, "unconcluded": lacking})

    with pytest.raises(NoAgreementInForce) as refused:
        _ = without.in_force

    assert (refused.value.rule, refused.value.where) == ("SYS-2", ("occurred_at", A))
    assert f"lacks the signature of {A} and its publication" in refused.value.message


def test_an_act_is_each_partys_to_which_the_version_gives_it_and_both_parties_if_it_names_nobody() -> None:
    act = enrolled().act(referral.acknowledge, NURSE_A)

    assert act.parties == {Party.MUNICIPALITY}
    assert unregulated(act).parties == frozenset(Party)


def test_a_refusal_stands_on_the_rule_of_another_act_if_the_version_names_it() -> None:
    act = enrolled().act(referral.acknowledge, NURSE_A)

    assert act.rule_of(ActName.CONTACT_PRINCIPAL) == "ORE-3.1.2-7"
    assert act.rule_of(ActName.RECORD_DEATH) == act.rule == "ORE-3.1.2-6"
    assert unregulated(act).rule_of(ActName.CONTACT_PRINCIPAL) == "SYS-7"


def test_only_the_event_of_a_ledger_adds_that_the_version_gives_the_act_to_nobody() -> None:
    act, ledger, case = unregulated(enrolled().act(referral.acknowledge, NURSE_A)), UUID(int=1), UUID(int=2)
    before = act.model_copy(update={"agreement": None})

    of_ledger = act.record(VersionPublished, on=ledger, clauses=("ORE-1.1-1",))
    of_case = act.record(VersionPublished, on=ledger, case_id=case, clauses=("ORE-1.1-1",))

    assert (of_ledger.case_id, of_ledger.basis.not_regulated) == (ledger, ("acknowledge-referral",))
    assert (of_case.case_id, of_case.basis.not_regulated) == (case, ())
    assert before.record(VersionPublished, on=ledger).basis == Basis(agreement=None)


@pytest.mark.rule("SYS-3")
def test_nobody_answers_for_what_the_staff_of_another_principal_performed() -> None:
    given(enrolled()).when(
        tasks.perform, by=NURSE_A, intervention=WOUND.key, performer=DISTRICT_NURSE.person
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("performer",))


def test_an_act_that_a_version_names_is_joint_only_where_it_says_so() -> None:
    act = level_established().act(referral_decision.accept, NURSE_A)
    rule = act.in_force.acts[act.name].model_copy(update={"joint": False})
    version = act.in_force.model_copy(update={"acts": {**act.in_force.acts, act.name: rule}})

    assert act.is_joint
    assert not act.model_copy(update={"agreement": version}).is_joint
