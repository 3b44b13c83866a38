"""Acts of a discharge: the enrolment ends because the need has ended (utskrivning; catalogue E8-E10)."""

from domain.act import Act
from domain.agreements.model import ActName, DischargeRule
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
from domain.intervention import Participation
from domain.kernel import Event, Events, Text
from domain.refusals import ActorNotAllowed, InformationDutyOpen


def inform_individual(case: Case, *, act: Act, where_to_turn: Text) -> Events:
    """Record that the individual was told where to turn with a new need (ORE-3.1.7-2)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *RUNNING)
    return _inform(case, act, on=enrolment, where_to_turn=where_to_turn)


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

    The agreement decides who can end the enrolment. It may be both parties: then the other party completes the
    discharge. It may be a profession alone (ORE-3.4-12). If the agreement is silent, the declaration ends the
    enrolment, marked as not regulated. `where_to_turn` is what the individual was told. It counts for the discharge,
    whoever completes it.
    """
    act = permit(act, case)
    rule = _discharge_rule(act)
    enrolment = require_enrolment(case, EnrolmentStatus.ACTIVE)
    if enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        _refuse_declarer(act, enrolment)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
    if rule is not None and rule.by == "profession" and act.actor.role not in rule.roles:
        raise ActorNotAllowed(
            f"The role {act.actor.role} may not end an enrolment on this track",
            rule=rule.clauses[0],
            remedy=f"let one of {', '.join(rule.roles)} do this",
            where=(act.actor.role,),
        )
    ends = rule is None or rule.by != "both-parties"
    if ends:
        refuse_while_disputed(act, case)
        refuse_before_allocation(act, case)
        _refuse_uninformed(rule, enrolment, where_to_turn)
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
    if not ends:
        return (declared, *_inform(case, act, on=declared, where_to_turn=where_to_turn))
    ended = _discharge(case, act, on=declared, where_to_turn=where_to_turn, new_care_form=new_care_form)
    return (declared, *ended)


def contest_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Contest, as the other party, that the need has ended. The enrolment goes on."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    event = act.record(DischargeContested, on=enrolment, case_id=case.id, party=act.actor.party, reason=reason)
    return (event,)


def complete_discharge(
    case: Case, *, act: Act, where_to_turn: Text | None = None, new_care_form: bool = False
) -> Events:
    """Complete the discharge as the second party (ORE-3.1.7-1, -2).

    The individual must have been told where to turn. There is a new form of care if either party says so. Every
    intervention returns to the region (ORE-3-1), and open plans are closed.
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    refuse_before_allocation(act, case)
    _refuse_uninformed(_discharge_rule(act), enrolment, where_to_turn)
    return _discharge(
        case,
        act,
        on=enrolment,
        where_to_turn=where_to_turn,
        new_care_form=enrolment.new_care_form or new_care_form,
    )


def _discharge(
    case: Case,
    act: Act,
    *,
    on: Enrolment | Event,
    where_to_turn: Text | None,
    new_care_form: bool,
) -> Events:
    """Return the events of the discharge."""
    rule = _discharge_rule(act)
    before = _inform(case, act, on=on, where_to_turn=where_to_turn)
    discharged = act.record(
        Discharged,
        on=before[-1] if before else on,
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        not_regulated=() if rule is not None else ("discharge",),
        new_care_form=new_care_form,
        allocations=allocate(act, case, case.interventions_with_responsibility, enrolled=False),
    )
    return (*before, discharged, *close_plans(case, act=act, reason="discharged"))


def _refuse_uninformed(rule: DischargeRule | None, enrolment: Enrolment, where_to_turn: Text | None) -> None:
    """Refuse to end an enrolment before the individual has been told where to turn, if the version asks it (F20)."""
    duty = rule.inform_individual if rule is not None else ()
    if duty and where_to_turn is None and enrolment.where_to_turn is None:
        raise InformationDutyOpen(
            "The individual has not been told where to turn with a new need",
            rule=duty[0],
            remedy="tell the individual, and record it in where_to_turn",
            where=("where_to_turn",),
            acts=(ActName.INFORM_INDIVIDUAL,),
        )


def _inform(case: Case, act: Act, *, on: Enrolment | Event, where_to_turn: Text | None) -> Events:
    """Return the event of what the individual was told. Nothing if the act does not say it."""
    if where_to_turn is None:
        return ()
    return (act.record(IndividualInformed, on=on, case_id=case.id, where_to_turn=where_to_turn),)


def _discharge_rule(act: Act) -> DischargeRule | None:
    """Return the rule of who ends an enrolment on the case's track. None if the version does not say."""
    rule = act.in_force.discharge_rule(act.track) if act.track is not None else None
    return rule if isinstance(rule, DischargeRule) else None


def transfer_information(case: Case, *, act: Act, means: Text) -> Events:
    """Record your own party's part in the transfer of information to a new form of care (ORE-3.1.7-3)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *RUNNING, EnrolmentStatus.DISCHARGED)
    event = act.record(
        DischargeInformationTransferred, on=enrolment, case_id=case.id, party=act.actor.party, means=means
    )
    return (event,)


def _refuse_declarer(act: Act, enrolment: Enrolment) -> None:
    declared_by = [enrolment.discharge_declared_by] if enrolment.discharge_declared_by is not None else []
    act.refuse_second(declared_by, "declared discharge", rule=act.rule)
