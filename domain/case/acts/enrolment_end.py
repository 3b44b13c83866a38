"""One function per act by which an enrolment ends, or the person dies or moves (catalogue E8-E13)."""

from datetime import date

from domain.act import Act
from domain.agreements.model import DischargeRule
from domain.case.acts.care_plan_end import closed_plans
from domain.case.events.case import DeathRecorded, MoveRecorded
from domain.case.events.enrolment import (
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    EnrolmentEndedByDeath,
    EnrolmentEndedByMove,
    IndividualInformed,
)
from domain.case.permission import permit
from domain.case.rules.enrolment_steps import BEFORE_START, RUNNING, enrolment_at, enrolment_of
from domain.case.rules.responsibility import (
    allocate,
    allocate_moved,
    refuse_out_of_order,
    refuse_while_disputed,
    unregulated,
)
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.intervention import Intervention, Participation
from domain.kernel import Allocation, Day, Event, Events, HsaId, Slug, Text, legal_day, legal_midnight
from domain.refusals import ActorNotAllowed, InformationDutyOpen, OccurredTooEarly, WrongState

CARE_OF_DECEASED = Intervention(
    key="care-of-deceased", text="Care of the deceased: transport and storage", category="care-of-deceased"
)
"""What remains to be done when the person has died, as the agreements' matrices call it."""


def declare_discharge(
    case: Case,
    *,
    act: Act,
    reason: Text,
    participation: Participation,
    new_care_form: bool = False,
    where_to_turn: Text | None = None,
) -> Events:
    """Declare, for your own party, that the need has ended (ORE-3.1.7-1).

    Who ends the enrolment is the version's to say: the other party completes it, or a profession ends it alone
    (ORE-3.4-12), with `where_to_turn` told where that is asked for. Where the version is silent the declaration ends
    it, and says that this is not regulated (V5).
    """
    act = permit(act, case)
    rule = _discharge_rule(act)
    enrolment = enrolment_of(case)
    if enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        _refuse_declarer(act, enrolment)
    enrolment = enrolment_at(case, act, EnrolmentStatus.ACTIVE)
    if rule is not None and rule.by == "profession" and act.actor.role not in rule.roles:
        raise ActorNotAllowed(
            f"The role {act.actor.role} does not end an enrolment on this track",
            rule=rule.clauses[0],
            remedy=f"let one of {', '.join(rule.roles)} judge it",
            where=(act.actor.role,),
        )
    declared = act.record(
        DischargeDeclared,
        on=enrolment,
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        party=act.actor.party,
        reason=reason,
        new_care_form=new_care_form,
        participation=participation,
    )
    if rule is not None and rule.by == "both-parties":
        return (declared,)
    refuse_while_disputed(act, case)
    refuse_out_of_order(act, case)
    ended = _discharged(case, act, enrolment, on=declared, where_to_turn=where_to_turn, new_care_form=new_care_form)
    return (declared, *ended)


def contest_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Hold, as the other party, that the need remains; the enrolment goes on (catalogue E10)."""
    act = permit(act, case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    event = act.record(DischargeContested, on=enrolment, case_id=case.id, party=act.actor.party, reason=reason)
    return (event,)


def complete_discharge(
    case: Case, *, act: Act, where_to_turn: Text | None = None, new_care_form: bool = False
) -> Events:
    """Discharge, as the second party; the individual must have been told where to turn (ORE-3.1.7-1, -2).

    A new form of care is one if either party says so. Every intervention returns to the region (ORE-3-1), and open
    plans close.
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    refuse_out_of_order(act, case)
    return _discharged(
        case,
        act,
        enrolment,
        on=enrolment,
        where_to_turn=where_to_turn,
        new_care_form=enrolment.new_care_form or new_care_form,
    )


def _discharged(
    case: Case,
    act: Act,
    enrolment: Enrolment,
    *,
    on: Enrolment | Event,
    where_to_turn: Text | None,
    new_care_form: bool,
) -> Events:
    """The events by which the enrolment ends, when the individual has been told what the version asks for (F20)."""
    rule = _discharge_rule(act)
    told = rule.inform_individual if rule is not None else ()
    if told and where_to_turn is None and enrolment.where_to_turn is None:
        raise InformationDutyOpen(
            "The individual has not been told where to turn at a new need",
            rule=told[0],
            remedy="tell the individual, and record it with where_to_turn",
            where=("where_to_turn",),
        )
    before: tuple[Event, ...] = ()
    if where_to_turn is not None:
        before = (act.record(IndividualInformed, on=on, case_id=case.id, where_to_turn=where_to_turn),)
    discharged = act.record(
        Discharged,
        on=before[-1] if before else on,
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        not_regulated=() if rule is not None else ("discharge",),
        new_care_form=new_care_form,
        allocations=allocate(act, case, _allocated(case), enrolled=False),
    )
    return (*before, discharged, *closed_plans(case, act=act, reason="discharged"))


def _allocated(case: Case) -> list[Intervention]:
    return [one for one in case.interventions if one.key in case.allocations]


def _discharge_rule(act: Act) -> DischargeRule | None:
    """Who ends an enrolment on the case's track; None where the version does not say."""
    found = act.in_force.discharge_rule(act.track) if act.track is not None else None
    return found if isinstance(found, DischargeRule) else None


def transfer_information(case: Case, *, act: Act, means: Text) -> Events:
    """Record that your party took part in the transfer of information to a new form of care (ORE-3.1.7-3)."""
    act = permit(act, case)
    enrolment = enrolment_at(case, act, *RUNNING, EnrolmentStatus.DISCHARGED)
    event = act.record(
        DischargeInformationTransferred, on=enrolment, case_id=case.id, party=act.actor.party, means=means
    )
    return (event,)


def record_death(case: Case, *, act: Act, deceased_on: Day) -> Events:
    """Record that the person has died: the enrolment and the plans end (catalogue E11).

    The enrolment ended with the day of death at the latest, and nothing was performed after it. Who answered until the
    act keeps its answer; from the act on, care of the deceased is whose the version says (VML-14-1), and what it does
    not say is not regulated.
    """
    act = permit(act, case)
    enrolment = enrolment_of(case)
    if enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=("open",), rule="C.3")
    _refuse_day_not_passed(act, deceased_on, "deceased_on")
    if deceased_on < legal_day(enrolment.proposed_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(deceased_on),
            since=enrolment.proposed_at,
            event="the enrolment was proposed",
            field="deceased_on",
        )
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    refuse_out_of_order(act, case)
    regulated = _care_of_deceased(act, case)
    died = act.record(
        DeathRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=tuple(clause for one in regulated for clause in one.clauses),
        not_regulated=() if regulated else (CARE_OF_DECEASED.key,),
        deceased_on=deceased_on,
        allocations=(*unregulated(act, case), *regulated),
    )
    ended = act.record(EnrolmentEndedByDeath, on=enrolment, case_id=case.id, deceased_on=deceased_on)
    return (died, ended, *closed_plans(case, act=act, reason="death"))


def _care_of_deceased(act: Act, case: Case) -> tuple[Allocation, ...]:
    """Who answers for the deceased; nothing where the version has no row about just that."""
    matrix = act.agreement.matrix if act.agreement is not None else ()
    if not any(CARE_OF_DECEASED.category in row.interventions for row in matrix):
        return ()
    return allocate(act, case, [CARE_OF_DECEASED], enrolled=False)


def record_move(case: Case, *, act: Act, moved_on: Day, to: Slug, municipality: HsaId | None = None) -> Events:
    """Record that the person has moved (catalogue E12, E13). Where the version is silent nothing ends by itself.

    `to` is a setting in the agreement's own words, as `special` for special housing, or else the name of a place, and
    `municipality` the one where the person lives now, if that is another of the county's: where responsibility follows
    residence the enrolment ends, and the other municipality enrols for itself (VML-12-3, 13-1). What the matrix gives
    to somebody else in the new setting passes (ORE-3.4.1-2); who answers for the rest stays as it is.
    """
    act = permit(act, case)
    enrolment = enrolment_at(case, act, *BEFORE_START, *RUNNING)
    _refuse_day_not_passed(act, moved_on, "moved_on")
    elsewhere = _another_municipality(act, case, municipality)
    jurisdiction = act.agreement.jurisdiction if act.agreement is not None else None
    regulated = jurisdiction is not None and jurisdiction.ends_at_move is not None
    passes = allocate_moved(act, case, to) if case.open_dispute is None else ()
    if passes:
        refuse_out_of_order(act, case)
    moved = act.record(
        MoveRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=jurisdiction.clauses if jurisdiction is not None and regulated else (),
        not_regulated=() if regulated else ("move",),
        moved_on=moved_on,
        to=to,
        allocations=passes,
    )
    if jurisdiction is None or not jurisdiction.ends_at_move or elsewhere is None:
        return (moved,)
    refuse_out_of_order(act, case)
    ended = act.record(
        EnrolmentEndedByMove,
        on=enrolment,
        case_id=case.id,
        clauses=jurisdiction.clauses,
        moved_on=moved_on,
        municipality=elsewhere,
        allocations=allocate(act, case, _allocated(case), enrolled=False, municipality=elsewhere),
    )
    return (moved, ended, *closed_plans(case, act=act, reason="moved"))


def _another_municipality(act: Act, case: Case, municipality: HsaId | None) -> HsaId | None:
    """The other municipality of the county, or None where the person still lives in the enrolling one."""
    if municipality is not None:
        act.refuse_unknown_municipality(municipality)
    return municipality if municipality != case.municipality else None


def _refuse_declarer(act: Act, enrolment: Enrolment) -> None:
    declared_by = [enrolment.discharge_declared_by] if enrolment.discharge_declared_by is not None else []
    act.refuse_second(declared_by, "declared discharge", rule=act.rule)


def _refuse_day_not_passed(act: Act, day: date, field: str) -> None:
    if day > legal_day(act.occurred_at):
        raise OccurredTooEarly(occurred_at=act.occurred_at, since=legal_midnight(day), event=f"{field} begins")
