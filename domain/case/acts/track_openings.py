"""The ways in which an assessment begins where nobody has sent a request for it (catalogue R2s)."""

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import NotRegulated, Step
from domain.case.events.referral import DischargePlanningOpened, RehabAssessmentStarted, SpecialisedHandoverProposed
from domain.case.permission import apply_ordering_rules, permit
from domain.case.rules.referral_content import (
    refuse_other_receiver,
    refuse_unknown_staff,
    refuse_unnamed_intervention,
    subject_of,
)
from domain.case.rules.referral_steps import require_referral_status, statuses_before
from domain.case.rules.responsibility import allocate
from domain.case.state.case import Case
from domain.kernel import Allocation, Events, HsaId, Slug, Staff
from domain.refusals import (
    ContentMissing,
    ReferralContentMissing,
)


def propose_handover(case: Case, *, act: Act, receiver: HsaId, interventions: tuple[Slug, ...]) -> Events:
    """Propose, as specialised care, to hand interventions over to a municipality (catalogue R2s; ORE-3.2-2).

    The parties assess it as any request; nothing is handed over by proposing it.
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    refuse_other_receiver(act, referral, receiver)
    if not interventions:
        raise ReferralContentMissing(["interventions"], rule=act.rule)
    for key in interventions:
        refuse_unnamed_intervention(act, referral, key)
        act = apply_ordering_rules(act, case, subject_of(case, key))
    event = act.record(
        SpecialisedHandoverProposed,
        on=referral,
        case_id=case.id,
        receiver=receiver,
        interventions=tuple(interventions),
        allocations=_received(act, case, receiver),
    )
    return (event,)


def open_discharge_planning(case: Case, *, act: Act, receiver: HsaId, colour: Slug | None = None) -> Events:
    """Open, as inpatient care, the planning of a discharge to home (catalogue R2s; ORE-3.3-1).

    The agreement names the colours that it has rules for. Another colour is recorded too: what then holds, the version
    does not regulate.
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    refuse_other_receiver(act, referral, receiver)
    content = find_content(act.in_force, "discharge-planning", track=referral.track)
    regulated = next((one for one in content.fields if one.id == "colour"), None) if content is not None else None
    if regulated is not None and colour is None:
        raise ContentMissing(["colour"], rule=regulated.clauses[0])
    outside = regulated is not None and colour not in regulated.choices
    event = act.record(
        DischargePlanningOpened,
        on=referral,
        case_id=case.id,
        clauses=regulated.clauses if regulated is not None and not outside else (),
        not_regulated=_elsewhere(act, referral.track, colour) if outside else (),
        receiver=receiver,
        colour=colour,
        allocations=_received(act, case, receiver),
    )
    return (event,)


def start_rehab_assessment(case: Case, *, act: Act, participants: Staff, receiver: HsaId | None = None) -> Events:
    """Begin, as a rehabilitation profession, to assess; one profession is enough and no referral is needed (ORE-3.4-4).

    `receiver` is the municipality, where the need did not name it.
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    receiver = receiver or referral.municipality
    if receiver is not None:
        refuse_other_receiver(act, referral, receiver)
    refuse_unknown_staff(act, participants)
    event = act.record(
        RehabAssessmentStarted,
        on=referral,
        case_id=case.id,
        receiver=receiver,
        participants=tuple(participants),
        allocations=_received(act, case, receiver),
    )
    return (event,)


def _elsewhere(act: Act, track: Slug, colour: Slug | None) -> tuple[str, ...]:
    """What regulates a discharge of another colour: the track's external document, if the version names one."""
    found = act.in_force.track(track)
    external = None if isinstance(found, NotRegulated) else found.external
    return (f"discharge-planning:{colour}", *((external,) if external is not None else ()))


def _received(act: Act, case: Case, receiver: HsaId | None) -> tuple[Allocation, ...]:
    """Until the municipality takes over, who answers is as for the not enrolled (ORE-3-1)."""
    return allocate(act, case, case.referral.interventions, enrolled=False, municipality=receiver)
