"""The subjects of disagreements, and their ends: by resolution, decision or withdrawal."""

from datetime import date
from typing import Any

import pytest

from domain.agreements.model import ActName, Agreement, DisputeSubject, JointBody, ProcedureStep
from domain.case.acts import (
    care_plan,
    care_plan_end,
    criteria,
    death_and_move,
    disagreement,
    discharge,
    referral_decision,
    resolution,
)
from domain.case.events.case import ResponsibilityChanged
from domain.case.events.disagreement import (
    DisagreementEscalated,
    DisagreementRaised,
    DisagreementResolved,
    DisagreementWithdrawn,
    ProcedureStepRecorded,
    ResolutionProposed,
)
from domain.case.events.referral import WithdrawalReason
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel
from domain.kernel import HsaId, Party
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    DisputeOpen,
    NotYourPrincipal,
    OccurredTooEarly,
    OtherPartyMissing,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from tests.agreements.published import find_in_force
from tests.domain.test_enrolment_vastmanland import enrolled as enrolled_in_vastmanland
from tests.scenario import (
    DISTRICT_NURSE,
    MORNING,
    MORNINGS,
    NURSE_A,
    PHYSICIAN,
    REGION,
    TOOK_PART,
    VASTMANLAND,
    VISIT,
    WOUND,
    A,
    Story,
    accepted,
    an,
    at_odds,
    drafted,
    enrolled,
    given,
    investigated,
    swedish,
    weighed,
)

SETTLED: dict[str, Any] = {"level": CareLevel.PRIMARY, "performer": Party.MUNICIPALITY, "conclusion": "Primary care"}
STEPS = (
    ProcedureStep(id="managers", title="The unit managers talk"),
    ProcedureStep(id="heads", title="The heads of department talk", escalates=True),
    ProcedureStep(id="opinion", title="The region states its opinion", by=Party.REGION),
)


def with_dispute(**changes: Any) -> Agreement:
    """Return the first county's agreement with another section on disagreements."""
    agreement = find_in_force("orebro", MORNING)
    assert agreement is not None
    assert agreement.dispute is not None
    return agreement.model_copy(update={"dispute": agreement.dispute.model_copy(update=changes)})


def in_disagreement(**changes: Any) -> Story:
    """Tell of a disagreement under that agreement."""
    return at_odds().under(with_dispute(**changes))


def raised(story: Story, subject: DisputeSubject, **content: Any) -> Story:
    """Tell that the municipality disagrees on the subject."""
    return story.after(
        disagreement.raise_disagreement, story.people.nurse_a, reason="We do not agree", subject=subject, **content
    )


def with_plan() -> Story:
    """Tell that a plan was begun while the assessments differ."""
    return weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED).plan_begun()


# --- What it is about -------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.parametrize(
    ("story", "subject"),
    [
        (weighed(), DisputeSubject.REFERRAL),
        (accepted(), DisputeSubject.ENROLMENT),
        (enrolled(), DisputeSubject.ENROLMENT),
    ],
    ids=["assessing", "accepted", "enrolled"],
)
def test_a_disagreement_is_on_the_request_and_once_that_is_accepted_on_the_enrolment(
    story: Story, subject: DisputeSubject
) -> None:
    given(story).when(disagreement.raise_disagreement, by=NURSE_A, reason="No").then(
        an(DisagreementRaised, subject=subject)
    )


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.parametrize(
    ("story", "subject", "by_analogy"),
    [
        (weighed(), DisputeSubject.REFERRAL, ()),
        (enrolled(), DisputeSubject.ENROLMENT, ()),
        (weighed(), DisputeSubject.LEVEL, ("ORE-3.1.3-14", "ORE-3.1.3-13")),
        (enrolled(), DisputeSubject.DISCHARGE, ("ORE-3.1.3-14", "ORE-3.1.3-13")),
    ],
    ids=lambda one: str(one) if isinstance(one, DisputeSubject) else "",
)
def test_what_the_text_does_not_speak_of_is_treated_alike_and_marked_as_by_analogy(
    story: Story, subject: DisputeSubject, by_analogy: tuple[str, ...]
) -> None:
    assert raised(story, subject).events[-1].basis.by_analogy == by_analogy


@pytest.mark.rule("ORE-3.1.3-14")
def test_who_performs_meanwhile_is_regulated_where_the_version_says_it() -> None:
    raised = given(weighed()).when(disagreement.raise_disagreement, by=NURSE_A, reason="No").then(DisagreementRaised)

    assert raised.events[-1].basis.not_regulated == ()


@pytest.mark.rule("ORE-3.1.3-13")
def test_one_disagreement_is_open_on_each_subject() -> None:
    story = raised(at_odds(), DisputeSubject.LEVEL)

    assert len([one for one in story.state.disputes if one.is_open]) == 2
    given(story).when(
        disagreement.raise_disagreement, by=DISTRICT_NURSE, reason="No", subject=DisputeSubject.LEVEL
    ).then_refused(DisputeOpen, rule="ORE-3.1.3-13", where=(str(story.dispute),))


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.parametrize(
    ("story", "subject", "state"),
    [
        (accepted(), DisputeSubject.REFERRAL, "accepted"),
        (weighed(), DisputeSubject.ENROLMENT, "not proposed"),
        (weighed(), DisputeSubject.DISCHARGE, "not proposed"),
        (accepted(), DisputeSubject.DISCHARGE, "proposed"),
        (enrolled().discharged(), DisputeSubject.ENROLMENT, "discharged"),
        (enrolled().discharged(), DisputeSubject.LEVEL, "closed"),
    ],
    ids=["decided", "not enrolled", "not begun", "not started", "ended", "over"],
)
def test_nobody_disagrees_on_what_is_not_there(story: Story, subject: DisputeSubject, state: str) -> None:
    when = given(story).when(disagreement.raise_disagreement, by=NURSE_A, reason="No", subject=subject)
    refusal = when.then_refused(WrongState, rule="ORE-3.1.3-13", where=(state,))
    assert state not in str(refusal).partition("only when it is ")[2].split(" or ")


def test_a_disagreement_on_a_plan_names_the_plan_and_no_other_does() -> None:
    plan = drafted().plan.id

    for said in (
        {"subject": DisputeSubject.PLAN},
        {"subject": DisputeSubject.PLAN, "plan": drafted().state.id},
        {"subject": DisputeSubject.ENROLMENT, "plan": plan},
    ):
        given(drafted()).when(disagreement.raise_disagreement, by=NURSE_A, reason="No", **said).then_refused(
            UnknownReference, rule="ORE-3.1.3-13", where=("plan",)
        )
    assert raised(drafted(), DisputeSubject.PLAN, plan=plan).state.disputes[-1].plan == plan


@pytest.mark.rule("ORE-3.1.3-13")
def test_nobody_disagrees_on_a_plan_that_has_ended() -> None:
    story = drafted().after(care_plan_end.close, PHYSICIAN, plan=drafted().plan.id, reason="A mistake")

    given(story).when(
        disagreement.raise_disagreement, by=NURSE_A, reason="No", subject=DisputeSubject.PLAN, plan=story.plan.id
    ).then_refused(WrongState, rule="ORE-3.1.3-13", where=("closed",))


def test_an_invoice_is_contested_in_its_settlement_and_not_in_a_case() -> None:
    given(enrolled()).when(
        disagreement.raise_disagreement, by=NURSE_A, reason="Too much", subject=DisputeSubject.INVOICE
    ).then_refused(UnknownReference, rule="ORE-3.1.3-13", where=("subject",))


@pytest.mark.parametrize(
    ("story", "subject"),
    [
        (with_plan(), DisputeSubject.PLAN),
        (accepted(), DisputeSubject.ENROLMENT),
        (accepted(), DisputeSubject.LEVEL),
        (enrolled(), DisputeSubject.LEVEL),
    ],
    ids=["plan", "enrolment", "level of the accepted", "level of the enrolled"],
)
def test_a_disagreement_that_is_not_on_an_undecided_request_leaves_the_request_as_it_is(
    story: Story, subject: DisputeSubject
) -> None:
    plan = story.plan.id if subject is DisputeSubject.PLAN else None
    open_still = raised(story, subject, plan=plan)
    over = open_still.after(
        disagreement.withdraw_disagreement, NURSE_A, dispute=open_still.dispute, reason="We agree now"
    )

    assert open_still.state.referral == story.state.referral
    assert over.state.referral == story.state.referral


# --- What waits -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
def test_a_plan_whose_content_is_in_dispute_is_not_agreed_to() -> None:
    story = raised(drafted(), DisputeSubject.PLAN, plan=drafted().plan.id)

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(
        DisputeOpen, rule="ORE-3.1.3-14", where=(str(story.dispute),)
    )
    settled = story
    for by in (DISTRICT_NURSE, NURSE_A):
        settled = settled.after(
            resolution.resolve, by, dispute=story.dispute, level=None, performer=None, conclusion="It stays"
        )
    assert settled.performer() == REGION
    assert settled.plan_agreed().plan.is_in_force


@pytest.mark.rule("F11")
@pytest.mark.parametrize("subject", [DisputeSubject.LEVEL, DisputeSubject.ENROLMENT, DisputeSubject.DISCHARGE])
def test_performance_does_not_move_while_any_disagreement_that_concerns_it_is_open(subject: DisputeSubject) -> None:
    story = raised(enrolled().discharge_declared(), subject)

    given(story).when(discharge.complete_discharge, by=NURSE_A, where_to_turn="The health centre").then_refused(
        DisputeOpen, rule="ORE-3.1.3-14", where=(str(story.dispute),)
    )


def test_the_request_goes_on_when_the_last_disagreement_that_stopped_it_is_over() -> None:
    story = raised(at_odds(), DisputeSubject.LEVEL)
    first = at_odds().dispute

    one_left = story
    for by in (DISTRICT_NURSE, NURSE_A):
        one_left = one_left.after(resolution.resolve, by, dispute=first, **SETTLED)
    assert one_left.state.referral.status is ReferralStatus.DISPUTED

    over = one_left.after(disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="Settled with it")
    assert over.state.referral.status is ReferralStatus.LEVEL_ESTABLISHED


def test_the_request_goes_on_where_it_was_when_every_disagreement_in_it_is_withdrawn() -> None:
    story = raised(at_odds(), DisputeSubject.LEVEL)

    statuses = []
    for dispute in story.state.disputes:
        story = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=dispute.id, reason="We agree now")
        statuses.append(story.state.referral.status)

    assert statuses == [ReferralStatus.DISPUTED, ReferralStatus.ASSESSING]


def test_the_request_goes_on_although_a_disagreement_on_a_plan_is_still_open() -> None:
    stopped = with_plan().disputed()
    story = raised(stopped, DisputeSubject.PLAN, plan=stopped.plan.id)
    story = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=stopped.dispute, reason="We agree now")

    assert story.state.referral.status is ReferralStatus.ASSESSING


def test_what_settles_a_disagreement_on_a_plan_declines_no_request() -> None:
    story = with_plan().disputed()
    story = raised(story, DisputeSubject.PLAN, plan=story.plan.id)
    for by in (DISTRICT_NURSE, NURSE_A):
        story = story.after(
            resolution.resolve, by, dispute=story.dispute, level=None, performer=None, conclusion="It stays"
        )

    assert story.state.referral.status is ReferralStatus.DISPUTED


def test_a_request_is_not_declined_by_one_resolution_while_another_disagreement_in_it_is_open() -> None:
    story = raised(at_odds(), DisputeSubject.LEVEL)

    given(story).when(
        resolution.resolve, by=NURSE_A, dispute=story.dispute, level=None, performer=Party.REGION, conclusion="No"
    ).then_refused(DisputeOpen, rule="ORE-3.1.3-14", where=(str(at_odds().dispute),))


def test_a_request_is_declined_by_a_resolution_when_an_earlier_disagreement_has_been_withdrawn() -> None:
    story = at_odds()
    story = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="Agreed").disputed()

    declined = story.resolved(level=None, performer=Party.REGION)
    assert declined.state.referral.status is ReferralStatus.DECLINED


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_disagreement_on_a_plan_is_resolved_beside_one_on_the_request_and_ends_neither_plan_nor_request() -> None:
    story = weighed().plan_begun()
    plan = story.plan.id
    story = raised(raised(story, DisputeSubject.LEVEL), DisputeSubject.PLAN, plan=plan)
    settled: dict[str, Any] = {"dispute": story.dispute, "level": None, "performer": None, "conclusion": "It stays"}
    story = story.after(resolution.resolve, DISTRICT_NURSE, **settled)

    over = given(story).when(resolution.resolve, by=NURSE_A, **settled).then(DisagreementResolved)
    assert over.state.referral.status is ReferralStatus.DISPUTED


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_plan_begun_before_the_disagreement_stays_open_when_it_is_resolved_with_a_level() -> None:
    story = weighed().plan_begun().disputed().resolved(DISTRICT_NURSE)

    given(story).when(
        resolution.resolve,
        by=NURSE_A,
        dispute=story.dispute,
        **SETTLED | {"conclusion": "Primary care, after training"},
    ).then(DisagreementResolved)


@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.parametrize("performer", [None, Party.MUNICIPALITY], ids=["as before", "the municipality"])
def test_a_resolution_during_the_enrolment_may_leave_the_level_as_it_is(performer: Party | None) -> None:
    story = enrolled().disputed()
    settled: dict[str, Any] = {
        "dispute": story.dispute,
        "level": None,
        "performer": performer,
        "conclusion": "It stays",
    }
    story = story.after(resolution.resolve, DISTRICT_NURSE, **settled)

    over = (
        given(story).when(resolution.resolve, by=NURSE_A, **settled).then(DisagreementResolved, ResponsibilityChanged)
    )
    assert over.performer() == A


def test_a_resolution_on_the_request_says_who_performs() -> None:
    refusal = (
        given(at_odds())
        .when(resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, **SETTLED | {"performer": None})
        .then_refused(ContentMissing, rule="ORE-3.1.3-14", where=("performer",))
    )
    assert refusal.remedy == "give performer: who performs when the request goes on at this level"


# --- The steps of the procedure ---------------------------------------------------------------------------------------


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("S4")
def test_listed_steps_are_taken_in_their_order_each_by_whom_it_is_for() -> None:
    story = in_disagreement(steps=STEPS)
    dispute = story.dispute

    too_early = (
        given(story)
        .when(disagreement.escalate, by=NURSE_A, dispute=dispute, step="heads")
        .then_refused(WrongState, rule="ORE-3.1.3-14", where=("raised",))
    )
    assert (too_early.acts, too_early.message) == (
        ("record-procedure-step",),
        "The last step of the disagreement is raised. This act is possible only when it is managers",
    )
    story = (
        given(story)
        .when(disagreement.record_procedure_step, by=NURSE_A, dispute=dispute, step="managers")
        .then(an(ProcedureStepRecorded, step="The unit managers talk", step_id="managers"))
    )
    given(story).when(disagreement.record_procedure_step, by=NURSE_A, dispute=dispute, step="managers").then_refused(
        WrongState, rule="ORE-3.1.3-14", where=("managers",)
    )
    story = (
        given(story)
        .when(disagreement.escalate, by=NURSE_A, dispute=dispute, step="heads")
        .then(an(DisagreementEscalated, step="The heads of department talk", step_id="heads"))
    )
    given(story).when(disagreement.record_procedure_step, by=NURSE_A, dispute=dispute, step="opinion").then_refused(
        ActorNotAllowed, rule="ORE-3.1.3-14", where=("municipality",)
    )
    story = story.after(disagreement.record_procedure_step, DISTRICT_NURSE, dispute=dispute, step="opinion")
    assert story.state.disputes[-1].step_ids == ("managers", "heads", "opinion")
    given(story).when(disagreement.record_procedure_step, by=NURSE_A, dispute=dispute, step="managers").then_refused(
        WrongState, rule="ORE-3.1.3-14", where=("opinion",)
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("S4")
@pytest.mark.parametrize(
    ("decide", "step"),
    [
        (disagreement.record_procedure_step, "a talk"),
        (disagreement.record_procedure_step, "heads"),
        (disagreement.escalate, "managers"),
    ],
)
def test_only_listed_steps_are_taken_where_the_agreement_lists_them(decide: Any, step: str) -> None:
    story = in_disagreement(steps=STEPS)

    given(story).when(decide, by=NURSE_A, dispute=story.dispute, step=step).then_refused(
        ContentNotKnown, rule="ORE-3.1.3-14", where=(step,)
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("S4")
def test_where_no_step_is_listed_the_parties_escalate_in_their_own_words() -> None:
    given(at_odds()).when(
        disagreement.escalate, by=NURSE_A, dispute=at_odds().dispute, step="To both heads of department"
    ).then(an(DisagreementEscalated, step="To both heads of department", step_id=None))


# --- Withdrawn --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_withdrawn_disagreement_leaves_everything_as_it_was() -> None:
    before = weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED)
    story = (
        given(at_odds())
        .when(
            disagreement.withdraw_disagreement,
            by=NURSE_A,
            dispute=at_odds().dispute,
            reason="We have trained staff",
        )
        .then(an(DisagreementWithdrawn, reason="We have trained staff"))
    )

    assert story.state.referral.status is before.state.referral.status
    assert story.performer() == REGION
    held, was = story.state.allocations[WOUND.key], before.state.allocations[WOUND.key]
    assert (held.clauses, held.derived) == (was.clauses, was.derived)
    assert story.assessed(NURSE_A).level_established().state.referral.level is CareLevel.PRIMARY


@pytest.mark.rule("ORE-3.1.3-14")
def test_of_two_disagreements_the_last_to_be_withdrawn_leaves_everything_as_it_was_before_the_first() -> None:
    before = weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED)
    story = raised(at_odds(), DisputeSubject.LEVEL)
    first, second = (dispute.id for dispute in story.state.disputes)

    one_left = (
        given(story)
        .when(disagreement.withdraw_disagreement, by=NURSE_A, dispute=first, reason="Agreed")
        .then(an(DisagreementWithdrawn, allocations=()))
    )
    over = (
        given(one_left)
        .when(disagreement.withdraw_disagreement, by=NURSE_A, dispute=second, reason="Agreed")
        .then(DisagreementWithdrawn)
    )

    held, was = over.state.allocations[WOUND.key], before.state.allocations[WOUND.key]
    assert (held.performer, held.clauses, held.derived) == (was.performer, was.clauses, was.derived)


@pytest.mark.rule("SYS-6")
def test_a_disagreement_is_not_withdrawn_before_a_resolution_of_it_was_last_declared() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(DISTRICT_NURSE)
    reason: dict[str, Any] = {"dispute": story.dispute, "reason": "We have trained staff"}

    given(story).when(
        disagreement.withdraw_disagreement, by=NURSE_A, at="2025-04-04 09:00", now="2025-04-04 10:00", **reason
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("R14")
def test_a_disagreement_that_outlived_its_request_is_withdrawn_or_resolved_and_moves_nothing() -> None:
    odds = investigated().disputed()
    story = odds.after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.INDIVIDUAL_REFUSES)
    dispute: dict[str, Any] = {"dispute": story.dispute}

    given(story).when(disagreement.withdraw_disagreement, by=NURSE_A, reason="It is over", **dispute).then(
        an(DisagreementWithdrawn, allocations=())
    )
    ended: dict[str, Any] = {"level": None, "performer": None, "conclusion": "It is over"}
    proposed = story.after(resolution.resolve, DISTRICT_NURSE, **dispute, **ended)
    given(proposed).when(resolution.resolve, by=NURSE_A, **dispute, **ended).then(
        an(DisagreementResolved, allocations=())
    )


@pytest.mark.rule("SYS-3")
def test_only_the_party_that_disagreed_withdraws_it() -> None:
    given(at_odds()).when(
        disagreement.withdraw_disagreement, by=DISTRICT_NURSE, dispute=at_odds().dispute, reason="Enough"
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("municipality",))


def test_a_withdrawn_disagreement_is_over() -> None:
    story = at_odds().after(
        disagreement.withdraw_disagreement,
        NURSE_A,
        dispute=at_odds().dispute,
        reason="We have trained staff",
    )

    given(story).when(resolution.resolve, by=NURSE_A, dispute=story.dispute, **SETTLED).then_refused(
        WrongState, rule="ORE-3.1.3-14", where=("withdrawn",)
    )
    assert story.disputed().state.referral.status is ReferralStatus.DISPUTED


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_withdrawal_takes_back_nothing_that_was_resolved_meanwhile() -> None:
    story = raised(at_odds(), DisputeSubject.LEVEL)
    level = story.dispute
    for by in (DISTRICT_NURSE, NURSE_A):
        story = story.after(resolution.resolve, by, dispute=at_odds().dispute, **SETTLED)

    story = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=level, reason="Settled with it")

    assert story.performer() == A


def test_a_withdrawal_leaves_a_resolution_from_before_it_to_take_effect_on_its_day() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(effective_from=date(2025, 4, 14)).disputed(DISTRICT_NURSE)
    story = story.after(
        disagreement.withdraw_disagreement, DISTRICT_NURSE, dispute=story.dispute, reason="We agree now"
    )

    assert (story.performer(at="2025-04-13 23:59"), story.performer(at="2025-04-14 00:00")) == (REGION, A)


# --- Decided, and backwards -------------------------------------------------------------------------------------------


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("R11")
@pytest.mark.parametrize("confirms", [True, False])
def test_what_a_body_has_decided_holds_when_both_parties_say_so(confirms: bool) -> None:
    board = "The county's joint board"
    story = in_disagreement(decider=board)
    said: dict[str, Any] = {"decide": resolution.resolve, "dispute": story.dispute, **SETTLED}

    named = given(story).when(by=NURSE_A, decided=True, **said).then(an(ResolutionProposed, decided_by=board))
    given(named).when(by=NURSE_A, decided=True, **said).then_refused(OtherPartyMissing, rule="ORE-3.1.3-14")
    told = given(named).when(by=DISTRICT_NURSE, decided=confirms, **said)

    resolved = told.then(an(DisagreementResolved, decided_by=board if confirms else None))
    assert (named.performer(), resolved.performer()) == (REGION, A)


LEVELS = (
    ProcedureStep(id="talk", title="The units talk"),
    ProcedureStep(id="local", title="Taken to the local group", body="local-group"),
    ProcedureStep(id="board", title="Taken to the joint board", body="joint-board"),
)
STEPS_RULE = "ORE-3.1.3-14"
BODIES = tuple(
    JointBody(id=id, title=title, clauses=(STEPS_RULE,))
    for id, title in (("local-group", "The local group"), ("joint-board", "The joint board"))
)


def between_bodies(**changes: Any) -> Story:
    """Tell of a disagreement under an agreement whose steps take it to one body after the other."""
    agreement = with_dispute(steps=LEVELS, **changes).model_copy(update={"bodies": BODIES})
    return at_odds().under(agreement)


def take_steps(story: Story, *steps: str) -> Story:
    """Tell that the municipality took steps of the procedure."""
    for step in steps:
        story = story.after(disagreement.record_procedure_step, NURSE_A, dispute=story.dispute, step=step)
    return story


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("R11")
def test_each_body_decides_once_a_step_has_taken_the_disagreement_to_it_and_the_last_one_decides() -> None:
    story = between_bodies()
    said: dict[str, Any] = {"decide": resolution.resolve, "dispute": story.dispute, "decided": True, **SETTLED}

    early = given(story).when(by=NURSE_A, **said).then_refused(WrongState, rule=STEPS_RULE, where=("raised",))
    assert early.acts == (ActName.RECORD_PROCEDURE_STEP,)
    assert "local or board" in str(early)
    talked = take_steps(story, "talk")
    given(talked).when(by=NURSE_A, **said).then_refused(WrongState, rule=STEPS_RULE, where=("talk",))
    local = take_steps(talked, "local")
    named = an(ResolutionProposed, decided_by="The local group", body="local-group")
    first = given(local).when(by=NURSE_A, **said).then(named)
    higher = take_steps(first, "board")
    given(higher).when(by=DISTRICT_NURSE, **said).then_refused(ResolutionsDiffer, rule=STEPS_RULE, where=("decided",))
    again = given(higher).when(by=NURSE_A, **said).then(an(ResolutionProposed, body="joint-board"))
    given(again).when(by=DISTRICT_NURSE, **said).then(
        an(DisagreementResolved, decided_by="The joint board", body="joint-board")
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("R11")
def test_a_body_that_alone_decides_does_so_once_its_own_step_is_taken_or_at_once_where_no_step_leads_to_it() -> None:
    story = between_bodies(decider="joint-board")
    said: dict[str, Any] = {"decide": resolution.resolve, "dispute": story.dispute, "decided": True, **SETTLED}

    given(take_steps(story, "talk", "local")).when(by=NURSE_A, **said).then_refused(
        WrongState, rule=STEPS_RULE, where=("local",)
    )
    given(take_steps(story, "talk", "local", "board")).when(by=NURSE_A, **said).then(
        an(ResolutionProposed, body="joint-board")
    )
    at_once = story.under(with_dispute(steps=LEVELS[:2], decider="joint-board").model_copy(update={"bodies": BODIES}))
    given(at_once).when(by=NURSE_A, **said).then(an(ResolutionProposed, body="joint-board"))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("R11")
def test_what_one_party_alone_says_that_a_body_decided_is_recorded_as_nobodys_decision() -> None:
    board = "The county's joint board"
    story = in_disagreement(decider=board)
    said: dict[str, Any] = {"decide": resolution.resolve, "dispute": story.dispute, **SETTLED}
    plain = given(story).when(by=NURSE_A, **said).then(an(ResolutionProposed, decided_by=None, body=None))
    given(plain).when(by=DISTRICT_NURSE, decided=True, **said).then(
        an(DisagreementResolved, decided_by=None, body=None)
    )


@pytest.mark.rule("R11")
def test_nobody_decides_for_the_parties_where_the_agreement_names_nobody() -> None:
    given(at_odds()).when(
        resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, decided=True, **SETTLED
    ).then_refused(OtherPartyMissing, rule="ORE-3.1.3-14", where=("region",))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_where_the_agreement_is_silent_a_resolution_may_be_dated_back_to_the_disagreement_and_no_further() -> None:
    story = in_disagreement(retroactive=None).on("2025-04-04 09:00")

    given(story).when(
        resolution.resolve, by=NURSE_A, dispute=story.dispute, effective_from=date(2025, 3, 31), **SETTLED
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("effective_from",))
    resolved = story.resolved(effective_from=date(2025, 4, 2))
    assert resolved.state.allocations[WOUND.key].effective_from == swedish("2025-04-02 00:00")


# --- A version that says nothing of disagreements ---------------------------------------------------------------------


def elsewhere() -> Story:
    """Tell of a request under joint investigation in the second county, whose text is silent on disagreements."""
    story = Story(county="vastmanland", clock=MORNINGS["vastmanland"])
    return story.need_raised(municipality=VASTMANLAND.a).sent().start_assessment()


@pytest.mark.rule("V3")
@pytest.mark.rule("SYS-7")
def test_a_disagreement_is_recorded_where_the_version_is_silent_and_nobody_is_named_meanwhile() -> None:
    before = elsewhere()
    story = before.disputed()

    assert story.events[-1].basis.not_regulated == ("raise-disagreement", "dispute")
    assert before.performer() == VASTMANLAND.region
    assert story.performer() is None


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_nobody_but_who_always_answers_is_named_where_the_version_does_not_say_who_performs_meanwhile() -> None:
    story = raised(enrolled().under(with_dispute(interim=None)), DisputeSubject.ENROLMENT)

    assert story.events[-1].basis.not_regulated == ("dispute",)
    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (None, REGION)
    assert "SKR-3-3" in story.state.allocations[VISIT.key].clauses
    for performer in (None, Party.MUNICIPALITY):
        settled: dict[str, Any] = {"dispute": story.dispute, "level": None, "performer": performer}
        settled |= {"conclusion": "As the plan says"}
        proposed = story.after(resolution.resolve, DISTRICT_NURSE, **settled)
        over = given(proposed).when(resolution.resolve, by=NURSE_A, **settled).then(DisagreementResolved)
        assert (over.performer(WOUND.key), over.performer(VISIT.key)) == (A, REGION)
    passed = weighed().under(with_dispute(interim=None)).disputed().resolved()
    assert [allocation.performer for allocation in passed.events[-1].allocations] == [A]


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SKR-3-5")
@pytest.mark.parametrize(("subject", "performer"), [(DisputeSubject.ENROLMENT, A), (DisputeSubject.LEVEL, None)])
def test_what_always_holds_at_a_care_level_goes_on_meanwhile_unless_the_level_is_disputed(
    subject: DisputeSubject, performer: HsaId | None
) -> None:
    story = enrolled()
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")

    story = raised(story.under(with_dispute(interim=None)), subject)

    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (performer, REGION)


@pytest.mark.rule("R11")
def test_nobody_decides_for_the_parties_where_the_version_is_silent_on_disagreements() -> None:
    story = elsewhere().disputed()

    given(story).when(
        resolution.resolve, by=VASTMANLAND.nurse_a, dispute=story.dispute, decided=True, **SETTLED
    ).then_refused(OtherPartyMissing, rule="SYS-7", where=("region",))


@pytest.mark.rule("V3")
def test_who_answered_before_answers_again_when_a_disagreement_that_nothing_regulates_is_withdrawn() -> None:
    story = elsewhere().disputed()
    story = story.after(disagreement.withdraw_disagreement, VASTMANLAND.nurse_a, dispute=story.dispute, reason="Agreed")

    assert story.performer() == VASTMANLAND.region


@pytest.mark.rule("V3")
def test_who_was_agreed_on_answers_when_a_disagreement_that_nothing_regulates_is_resolved() -> None:
    story = elsewhere().after(
        criteria.evaluate_criteria,
        VASTMANLAND.nurse_a,
        facts={
            "age": {},
            "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "Heart failure"},
            "commissioned": {"commissioned_by_primary_care": True},
        },
    )
    by_threshold = story.state.allocations[WOUND.key]
    story = story.disputed().resolved()

    assert (by_threshold.treatment, by_threshold.performer) == (VASTMANLAND.a, VASTMANLAND.a)
    assert (story.performer(), story.state.allocations[WOUND.key].treatment) == (VASTMANLAND.a, VASTMANLAND.a)


@pytest.mark.rule("SYS-7")
def test_where_the_version_does_not_stop_it_an_open_disagreement_stops_nothing() -> None:
    story = raised(enrolled().discharge_declared(), DisputeSubject.DISCHARGE).under(with_dispute(interim=None))

    assert story.after(
        discharge.complete_discharge, NURSE_A, where_to_turn="The health centre"
    ).enrolment.status.is_ended


@pytest.mark.rule("V3")
def test_a_disagreement_that_the_version_does_not_speak_of_stops_no_discharge() -> None:
    story = raised(enrolled_in_vastmanland(), DisputeSubject.ENROLMENT)
    ended = story.after(
        discharge.declare_discharge,
        VASTMANLAND.nurse_a,
        reason="She reaches the health centre",
        participation=TOOK_PART,
    )

    assert ended.enrolment.status.is_ended


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("subject", [DisputeSubject.DISCHARGE, DisputeSubject.PLAN])
def test_who_cares_for_an_enrolled_person_is_named_while_the_parties_disagree_on_the_end_or_a_plan(
    subject: DisputeSubject,
) -> None:
    story = enrolled_in_vastmanland()
    before = story.state.allocations
    about: dict[str, Any] = {"plan": next(iter(story.state.plans))} if subject is DisputeSubject.PLAN else {}

    during = given(story).when(
        disagreement.raise_disagreement, by=VASTMANLAND.nurse_a, reason="We do not agree", subject=subject, **about
    )

    assert during.then(DisagreementRaised).state.allocations == before
    assert raised(story, DisputeSubject.ENROLMENT).state.allocations[WOUND.key].performer is None


@pytest.mark.rule("SYS-7")
def test_who_cares_for_an_enrolled_person_is_named_while_nobody_has_said_what_the_parties_disagree_on() -> None:
    story = enrolled_in_vastmanland()

    during = given(story).when(disagreement.raise_disagreement, by=VASTMANLAND.nurse_a, reason="We do not agree")

    raised_without = during.then(an(DisagreementRaised, subject=DisputeSubject.ENROLMENT, allocations=())).state
    assert raised_without.allocations == story.state.allocations
    assert not raised_without.is_suspended


@pytest.mark.rule("SYS-7")
def test_after_a_disagreement_without_a_subject_a_party_can_say_that_it_is_on_the_enrolment_once() -> None:
    by = VASTMANLAND.district_nurse
    unsaid = enrolled_in_vastmanland().after(disagreement.raise_disagreement, by, reason="The care is not enough")
    said: dict[str, Any] = {"subject": DisputeSubject.ENROLMENT, "reason": "There is no enrolment"}

    denied = given(unsaid).when(disagreement.raise_disagreement, by=VASTMANLAND.nurse_a, **said)

    story = denied.then(an(DisagreementRaised, subject=DisputeSubject.ENROLMENT))
    assert (unsaid.performer(), story.performer()) == (VASTMANLAND.a, None)
    given(story).when(disagreement.raise_disagreement, by=by, **said).then_refused(
        DisputeOpen, rule="SYS-7", where=(str(story.dispute),)
    )


@pytest.mark.rule("SYS-7")
def test_facts_count_while_the_parties_disagree_on_the_end_of_an_enrolment_and_stand_after_it() -> None:
    nurse = VASTMANLAND.nurse_a
    during = raised(enrolled_in_vastmanland(), DisputeSubject.DISCHARGE)
    moved = during.after(
        death_and_move.record_move, nurse, moved_on=during.clock.date(), to="special", municipality=None
    )
    assert not during.state.is_suspended
    answers = {key: held.clauses for key, held in moved.state.allocations.items()}

    ended = moved.after(disagreement.withdraw_disagreement, nurse, dispute=moved.dispute, reason="We were wrong")

    assert {key: held.clauses for key, held in ended.state.allocations.items()} == answers


@pytest.mark.rule("SYS-7")
def test_the_end_of_another_disagreement_gives_the_answers_back_although_the_end_is_disputed_still() -> None:
    story = raised(enrolled_in_vastmanland(), DisputeSubject.DISCHARGE)
    before = story.state.allocations[WOUND.key]
    suspended = raised(story, DisputeSubject.ENROLMENT)
    assert suspended.performer() is None
    second = suspended.state.disputes[-1].id

    ended = suspended.after(
        disagreement.withdraw_disagreement, VASTMANLAND.nurse_a, dispute=second, reason="We were wrong"
    )

    assert (ended.performer(), ended.state.allocations[WOUND.key].treatment) == (before.performer, before.treatment)
