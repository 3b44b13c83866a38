"""Acts that record that the person has died or moved, and end the enrolment if it ends (catalogue E11-E13)."""

from datetime import date

from domain.act import Act
from domain.agreements.model import ActName, Jurisdiction
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.case import DeathRecorded, DeathReported, MoveRecorded
from domain.case.events.enrolment import EnrolmentEndedByDeath, EnrolmentEndedByMove, EnrolmentGround
from domain.case.permission import permit, refuse_role
from domain.case.rules.enrolment_steps import BEFORE_START, RUNNING, require_enrolment_status
from domain.case.rules.responsibility import (
    allocate,
    leave_unregulated,
    refuse_before_allocation,
)
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Allocation, Day, Events, HsaId, Slug, legal_day, legal_midnight
from domain.refusals import OccurredInFuture, OccurredTooEarly, UnknownReference, WrongState

CARE_OF_DECEASED = Intervention(
    key="care-of-deceased", text="Care of the deceased: transport and storage", category="care-of-deceased"
)
"""The care that remains when the person has died, by the name that the agreements' matrices use."""
HEALTH_CENTRE = "health-centre"
"""The setting in which somebody is given care and nobody lives, by the name that the agreements use."""


def record_death(case: Case, *, act: Act, deceased_on: Day) -> Events:
    """Record that the person has died. The enrolment and the plans end. Before an enrolment, withdraw the request.

    The enrolment ended no later than the day of death, and nothing can be performed after it. If the enrolment has
    ended otherwise since, a death within it can still be recorded. Responsibility until this act does not change. From
    this act on, the agreement decides who is responsible for the care of the deceased (VML-14-1). If it does not say,
    that is not regulated.
    """
    act = permit(act, case)
    _refuse_ended_case(case, deceased_on)
    if case.enrolment is None:
        raise WrongState(
            subject="The enrolment",
            state="not proposed",
            needed=("open",),
            rule="C.3",
            acts=(ActName.WITHDRAW_REFERRAL,),
            instead="withdraw the request with the reason death",
        )
    enrolment = case.enrolment
    _refuse_later_day(act, deceased_on, "deceased_on")
    if deceased_on < legal_day(case.opened_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(deceased_on),
            since=case.opened_at,
            event="the need was raised",
            field="deceased_on",
        )
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    refuse_before_allocation(act, case)
    regulated = _allocate_care_of_deceased(act, case)
    died = act.record(
        DeathRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=tuple(clause for allocation in regulated for clause in allocation.clauses),
        not_regulated=() if regulated else (CARE_OF_DECEASED.key,),
        deceased_on=deceased_on,
        allocations=(*leave_unregulated(act, case), *regulated),
    )
    if enrolment.status.is_ended:
        return (died,)
    ended = act.record(EnrolmentEndedByDeath, on=enrolment, case_id=case.id, deceased_on=deceased_on)
    return (died, ended, *close_plans(case, act=act, reason="death"))


def report_death(case: Case, *, act: Act, deceased_on: Day | None) -> Events:
    """Tell the case that another case of the person has a death on record, or that it was corrected there.

    Only Kvittens itself does this, and only if all readers of this case read the other one too. Nothing ends by it. A
    case that has ended by the same death is told of a correction alone.
    """
    refuse_role(act)
    act.refuse_future()
    act.refuse_strangers((case.region, case.municipality))
    act.not_before(case.opened_at, "the need was raised")
    is_over = case.is_ended and (case.deceased_on is None or deceased_on is not None)
    if is_over or deceased_on == case.death_reported:
        return ()
    return (act.record(DeathReported, on=case.stream, case_id=case.id, deceased_on=deceased_on),)


def _allocate_care_of_deceased(act: Act, case: Case) -> tuple[Allocation, ...]:
    """Decide the responsibility for the deceased. Empty if the matrix has no row about it."""
    matrix = act.agreement.matrix if act.agreement is not None else ()
    if not any(CARE_OF_DECEASED.category in row.interventions for row in matrix):
        return ()
    return allocate(act, case, [CARE_OF_DECEASED], enrolled=False)


def record_move(case: Case, *, act: Act, moved_on: Day, to: Slug, municipality: HsaId | None = None) -> Events:
    """Record that the person has moved.

    `to` is a setting in the agreement's own words, such as `special` for special housing, or the name of a place.
    `municipality` is the municipality where the person lives now, if it is another one in the county. If responsibility
    follows residence, the enrolment ends and the other municipality enrols the person (VML-12-3, 13-1). If the person
    is enrolled for staying here, or the agreement is silent, nothing ends. Responsibility follows the matrix in the new
    setting (ORE-3.4.1-2), also for a person who is not enrolled.
    """
    act = permit(act, case)
    _refuse_ended_case(case, moved_on)
    if to == HEALTH_CENTRE:
        raise UnknownReference(
            "Nobody lives in a health centre",
            rule="SYS-1",
            remedy="give the form of housing in the agreement's words, or the name of a place",
            where=("to",),
        )
    act.not_before(case.opened_at, "the need was raised")
    _refuse_later_day(act, moved_on, "moved_on")
    elsewhere = _find_other_municipality(act, case, municipality)
    rule = _find_rule_on_moves(act)
    leaves = elsewhere is not None and _ends_enrolment(case, moved_on)
    ending = rule if rule is not None and rule.ends_at_move and leaves else None
    dated = act if ending is not None else _date_by_day(act, case, moved_on)
    moved = dated.record(
        MoveRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        not_regulated=() if rule is not None else ("move",),
        moved_on=moved_on,
        to=to,
        municipality=municipality,
    )
    if ending is None:
        return (moved,)
    enrolment = require_enrolment_status(case, act, *BEFORE_START, *RUNNING)
    refuse_before_allocation(act, case)
    ended = act.record(
        EnrolmentEndedByMove,
        on=enrolment,
        case_id=case.id,
        clauses=ending.clauses,
        moved_on=moved_on,
        municipality=elsewhere,
        allocations=allocate(act, case, case.interventions_with_responsibility, enrolled=False, municipality=elsewhere),
    )
    return (moved, ended, *close_plans(case, act=act, reason="moved"))


def _find_rule_on_moves(act: Act) -> Jurisdiction | None:
    """Return the rule of what follows the person. None if the version is silent on moves."""
    found = act.agreement.jurisdiction if act.agreement is not None else None
    return found if found is not None and found.ends_at_move is not None else None


def _find_other_municipality(act: Act, case: Case, municipality: HsaId | None) -> HsaId | None:
    """Return the other municipality of the county. None if the person still lives in the case's municipality."""
    if municipality is not None:
        act.refuse_unknown_municipality(municipality)
    return municipality if municipality != case.municipality else None


def _ends_enrolment(case: Case, moved_on: date) -> bool:
    """Return True if an enrolment by residence is open, and nothing newer on record says where the person lives.

    A later move is newer, and so is the proposal of the enrolment, which says that the person lives or stays here. If
    the person is enrolled for staying here, no move ends that (VML-12-4).
    """
    enrolment = case.enrolment
    if enrolment is None or enrolment.status.is_ended or moved_on < legal_day(enrolment.proposed_at):
        return False
    if enrolment.ground in (EnrolmentGround.STAY, EnrolmentGround.VISIT):
        return False
    return case.moved_on is None or case.moved_on <= moved_on


def _date_by_day(act: Act, case: Case, moved_on: date) -> Act:
    """Return the act as of the day of the move, if it occurs on a later day. A move counts from its own day.

    Of two moves on a day, the one that was recorded last on a later day holds.
    """
    if legal_day(act.occurred_at) <= moved_on:
        return act
    earlier = (move.at for move in case.moves if move.on == moved_on)
    return act.model_copy(update={"occurred_at": max(legal_midnight(moved_on), case.opened_at, *earlier)})


def _refuse_ended_case(case: Case, day: date) -> None:
    """Refuse a case that has ended. A day within its enrolment may be recorded late, unless the person's death is."""
    if not case.is_ended:
        return
    enrolment = case.enrolment
    if enrolment is None:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule="C.3")
    ended_at = enrolment.ended_at if enrolment.started_at is not None and case.deceased_on is None else None
    if ended_at is None or day > legal_day(ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=(*BEFORE_START, *RUNNING), rule="C.3")


def _refuse_later_day(act: Act, day: date, field: str) -> None:
    if day > legal_day(act.now):
        raise OccurredInFuture(occurred_at=legal_midnight(day), now=act.now, field=field)
    if day > legal_day(act.occurred_at):
        raise OccurredTooEarly(occurred_at=act.occurred_at, since=legal_midnight(day), event=f"{field} begins")
