"""One function per act by which an enrolment ends, or the person dies or moves (catalogue E8-E13)."""

from domain.act import Act
from domain.agreements.model import DischargeRule
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.enrolment import (
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    IndividualInformed,
)
from domain.case.permission import permit
from domain.case.rules.enrolment_steps import RUNNING, require_enrolment, require_enrolment_status
from domain.case.rules.responsibility import (
    allocate,
    refuse_before_allocation,
    refuse_while_disputed,
)
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.intervention import Intervention, Participation
from domain.kernel import Event, Events, Text
from domain.refusals import ActorNotAllowed, InformationDutyOpen


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
    enrolment = require_enrolment(case)
    if enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        _refuse_declarer(act, enrolment)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
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
    refuse_before_allocation(act, case)
    ended = _discharged(case, act, enrolment, on=declared, where_to_turn=where_to_turn, new_care_form=new_care_form)
    return (declared, *ended)


def contest_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Hold, as the other party, that the need remains; the enrolment goes on (catalogue E10)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.DISCHARGE_PENDING)
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
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    refuse_before_allocation(act, case)
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
    return (*before, discharged, *close_plans(case, act=act, reason="discharged"))


def _allocated(case: Case) -> list[Intervention]:
    return [one for one in case.interventions if one.key in case.allocations]


def _discharge_rule(act: Act) -> DischargeRule | None:
    """Who ends an enrolment on the case's track; None where the version does not say."""
    found = act.in_force.discharge_rule(act.track) if act.track is not None else None
    return found if isinstance(found, DischargeRule) else None


def transfer_information(case: Case, *, act: Act, means: Text) -> Events:
    """Record that your party took part in the transfer of information to a new form of care (ORE-3.1.7-3)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *RUNNING, EnrolmentStatus.DISCHARGED)
    event = act.record(
        DischargeInformationTransferred, on=enrolment, case_id=case.id, party=act.actor.party, means=means
    )
    return (event,)


def _refuse_declarer(act: Act, enrolment: Enrolment) -> None:
    declared_by = [enrolment.discharge_declared_by] if enrolment.discharge_declared_by is not None else []
    act.refuse_second(declared_by, "declared discharge", rule=act.rule)
