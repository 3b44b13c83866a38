"""Acts that begin an assessment on a track without a sent request (catalogue R2s)."""

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import NotRegulated, Step
from domain.case.events.referral import DischargePlanningOpened, RehabAssessmentStarted, SpecialisedHandoverProposed
from domain.case.permission import apply_ordering_rules, permit, permit_actor
from domain.case.rules.receiving_unit import choose_unit
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


def propose_handover(
    case: Case, *, act: Act, receiver: HsaId, interventions: tuple[Slug, ...], unit: HsaId | None = None
) -> Events:
    """Propose, as specialised care, to hand over interventions to a municipality (ORE-3.2-2).

    The parties assess the proposal like a request. The proposal itself moves no responsibility.
    `unit` is the unit of the municipality, if several fit.
    """
    act = permit_actor(act, case)
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
        unit=choose_unit(act, case, receiver, unit),
        interventions=tuple(interventions),
        allocations=_allocate_meanwhile(act, case, receiver),
    )
    return (event,)


def open_discharge_planning(
    case: Case, *, act: Act, receiver: HsaId, colour: Slug | None = None, unit: HsaId | None = None
) -> Events:
    """Open, as inpatient care, the planning of a discharge to the home (ORE-3.3-1).

    The agreement lists the colours for which it has rules. Another colour is recorded as not regulated: the agreement's
    rules of discharge planning are not cited, and demand nothing. `unit` is the municipality's unit, if several fit.
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    refuse_other_receiver(act, referral, receiver)
    content = find_content(act.in_force, "discharge-planning", track=referral.track)
    regulated = next((field for field in content.fields if field.id == "colour"), None) if content is not None else None
    if regulated is not None and colour is None:
        raise ContentMissing(["colour"], rule=regulated.clauses[0])
    outside = regulated is not None and colour not in regulated.choices
    event = act.record(
        DischargePlanningOpened,
        on=referral,
        case_id=case.id,
        clauses=regulated.clauses if regulated is not None and not outside else (),
        not_regulated=_unregulated_colour(act, referral.track, colour) if outside else (),
        receiver=receiver,
        unit=choose_unit(act, case, receiver, unit),
        colour=colour,
        allocations=_allocate_meanwhile(act, case, receiver),
    )
    return (event,)


def start_rehab_assessment(
    case: Case, *, act: Act, participants: Staff, receiver: HsaId | None = None, unit: HsaId | None = None
) -> Events:
    """Start an assessment as a rehabilitation profession (ORE-3.4-4). One profession is enough; no request is needed.

    `receiver` is the municipality, if the need does not name one, and `unit` the unit of it, if several fit. A unit is
    not given without a municipality.
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    receiver = receiver or referral.municipality
    if receiver is not None:
        refuse_other_receiver(act, referral, receiver)
    elif unit is not None:
        raise ReferralContentMissing(["receiver"], rule=act.rule)
    refuse_unknown_staff(act, participants)
    event = act.record(
        RehabAssessmentStarted,
        on=referral,
        case_id=case.id,
        receiver=receiver,
        unit=choose_unit(act, case, receiver, unit) if receiver is not None else None,
        participants=tuple(participants),
        allocations=_allocate_meanwhile(act, case, receiver),
    )
    return (event,)


def _unregulated_colour(act: Act, track: Slug, colour: Slug | None) -> tuple[str, ...]:
    """Name what the version does not regulate for a colour, and the external document that it points to."""
    found = act.in_force.track(track)
    external = None if isinstance(found, NotRegulated) else found.external
    return (f"discharge-planning:{colour}", *((external,) if external is not None else ()))


def _allocate_meanwhile(act: Act, case: Case, receiver: HsaId | None) -> tuple[Allocation, ...]:
    """Decide the responsibility until the municipality takes over, as for a person who is not enrolled (ORE-3-1)."""
    interventions = case.list_without_carer(case.referral.interventions)
    return allocate(act, case, interventions, enrolled=False, municipality=receiver)
