"""One function per act by which an enrolment ends, or the person dies or moves (catalogue E8-E13)."""

from datetime import date

from domain.act import Act
from domain.care_plan.decisions import closed_plans
from domain.case import Case
from domain.enrolment.events import (
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    IndividualInformed,
    PatientDeceasedRecorded,
    ResidenceChangeRecorded,
)
from domain.enrolment.state import Enrolment, EnrolmentStatus
from domain.enrolment.steps import BEFORE_START, RUNNING, enrolment_at, enrolment_of
from domain.intervention import Participation
from domain.kernel import Event, Events, Slug, Text, legal_day, legal_midnight
from domain.refusals import InformationDutyOpen, OccurredTooEarly, WrongState
from domain.responsibility import allocate, refuse_out_of_order, refuse_while_disputed, unregulated


def declare_discharge(
    case: Case, *, act: Act, reason: Text, participation: Participation, new_care_form: bool = False
) -> Events:
    """Declare, for your own party, that the need has ended; the other party completes it (ORE-3.1.7-1)."""
    act = act.permit(case)
    enrolment = enrolment_of(case)
    if enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        _refuse_declarer(act, enrolment)
    enrolment = enrolment_at(case, act, EnrolmentStatus.ACTIVE)
    event = act.record(
        DischargeDeclared,
        on=enrolment,
        case_id=case.id,
        party=act.actor.party,
        reason=reason,
        new_care_form=new_care_form,
        participation=participation,
    )
    return (event,)


def contest_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Hold, as the other party, that the need remains; the enrolment goes on (catalogue E10)."""
    act = act.permit(case)
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
    act = act.permit(case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    refuse_out_of_order(act, case)
    if where_to_turn is None and enrolment.where_to_turn is None:
        raise InformationDutyOpen(
            "The individual has not been told where to turn at a new need",
            rule="ORE-3.1.7-2",
            remedy="tell the individual, and record it with where_to_turn",
            where=("where_to_turn",),
        )
    before: tuple[Event, ...] = ()
    if where_to_turn is not None:
        before = (act.record(IndividualInformed, on=enrolment, case_id=case.id, where_to_turn=where_to_turn),)
    discharged = act.record(
        Discharged,
        on=before[-1] if before else enrolment,
        case_id=case.id,
        new_care_form=enrolment.new_care_form or new_care_form,
        allocations=allocate(
            act, case, [one for one in case.interventions if one.key in case.allocations], enrolled=False
        ),
    )
    return (*before, discharged, *closed_plans(case, act=act, reason="discharged"))


def transfer_information(case: Case, *, act: Act, means: Text) -> Events:
    """Record that your party took part in the transfer of information to a new form of care (ORE-3.1.7-3)."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *RUNNING, EnrolmentStatus.DISCHARGED)
    event = act.record(
        DischargeInformationTransferred, on=enrolment, case_id=case.id, party=act.actor.party, means=means
    )
    return (event,)


def record_death(case: Case, *, act: Act, deceased_on: date) -> Events:
    """Record that the person has died: the enrolment and the plans end (catalogue E11).

    The enrolment ended with the day of death at the latest, and nothing was performed after it. Who answered until the
    act keeps its answer; from the act on, what the version does not say of the deceased is not regulated.
    """
    act = act.permit(case)
    enrolment = enrolment_of(case)
    if enrolment.status.is_ended:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=("open",), rule="C.3")
    _refuse_day_not_passed(act, deceased_on, "deceased_on")
    if deceased_on < legal_day(enrolment.proposed_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(deceased_on),
            since=enrolment.proposed_at,
            what="the enrolment was proposed",
            field="deceased_on",
        )
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    refuse_out_of_order(act, case)
    event = act.record(
        PatientDeceasedRecorded,
        on=enrolment,
        case_id=case.id,
        not_regulated=("care-of-deceased",),
        deceased_on=deceased_on,
        allocations=unregulated(act, case),
    )
    return (event, *closed_plans(case, act=act, reason="death"))


def record_move(case: Case, *, act: Act, moved_on: date, to: Slug) -> Events:
    """Record that the person has moved (catalogue E12, E13). Where the version is silent nothing ends by itself.

    `to` is a setting in the agreement's own words, as `special` for special housing, or else the name of a place. Who
    answers stays as it is; what is decided from then on is asked of the agreement with the new setting.
    """
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *BEFORE_START, *RUNNING)
    _refuse_day_not_passed(act, moved_on, "moved_on")
    event = act.record(
        ResidenceChangeRecorded,
        on=enrolment,
        case_id=case.id,
        not_regulated=("move",),
        moved_on=moved_on,
        to=to,
    )
    return (event,)


def _refuse_declarer(act: Act, enrolment: Enrolment) -> None:
    declared_by = [enrolment.discharge_declared_by] if enrolment.discharge_declared_by is not None else []
    act.refuse_second(declared_by, "declared discharge", rule="ORE-3.1.7-1")


def _refuse_day_not_passed(act: Act, day: date, field: str) -> None:
    if day > legal_day(act.occurred_at):
        raise OccurredTooEarly(occurred_at=act.occurred_at, since=legal_midnight(day), what=f"{field} begins")
