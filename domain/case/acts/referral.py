"""Acts on a referral from the need to the care level (catalogue C.1, R1-R8). `referral_decision.py` has the rest."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName, Guard, Step
from domain.case.events.referral import (
    AssessmentRecorded,
    CareLevelEstablished,
    CareRequest,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    NeedSource,
    PrincipalContacted,
    ReferralAcknowledged,
    ReferralSent,
    ReferralSupplemented,
)
from domain.case.permission import apply_ordering_rules, permit, permit_actor, refuse_role
from domain.case.rules.act_content import refuse_missing_fields
from domain.case.rules.receiving_unit import choose_unit
from domain.case.rules.referral_assessments import (
    REASSESSABLE,
    find_level,
    reassess_level,
    refuse_before_ground,
    require_assessable,
    rule_or,
)
from domain.case.rules.referral_content import (
    refuse_missing_content,
    refuse_other_channel,
    refuse_other_receiver,
    refuse_unfit_contacts,
    refuse_unknown_staff,
    refuse_unnamed_intervention,
    subject_of,
)
from domain.case.rules.referral_criteria import refuse_unless_considered
from domain.case.rules.referral_steps import require_referral_status, statuses_before, statuses_since
from domain.case.rules.referral_tracks import choose_track, refuse_other_kinds
from domain.case.rules.responsibility import (
    allocate,
    allocate_new,
    refuse_never_municipal,
    refuse_while_disputed,
)
from domain.case.state.case import Case, evolve
from domain.case.state.referral import UNSENT, Referral, ReferralStatus
from domain.intervention import AllocatedInterventions, CareLevel, Participation
from domain.kernel import CaseIds, Events, HsaId, Party, Slug, Staff, Text
from domain.refusals import (
    ActorNotReceiver,
    AssessmentContentMissing,
    ContentNotKnown,
    LevelContradicted,
    NotYourPrincipal,
)


def raise_need(
    *,
    act: Act,
    patient_id: UUID,
    request: CareRequest,
    source: NeedSource = NeedSource.PROFESSIONAL,
    track: Slug | None = None,
    municipality: HsaId | None = None,
    setting: Slug | None = None,
    despite: CaseIds = (),
) -> Events:
    """Raise a need of municipal home care, and open a case (behov; ORE-3.1.1-1, -2). It is not yet a vårdbegäran.

    Who answers for the care meanwhile is decided at once, by the matrix (ORE-3-1).

    If the individual or a relative saw the need, the professional who was told raises it, with that `source`. Without
    `track` the agreement decides the track, by the kind of need and the actor's unit (ORE-3-5, -7). `setting` is the
    kind of housing, in the agreement's words. If your principal has an open request for the same person and the same
    need, the act is refused and names its case. Go on in that case, or name it in `despite` to ask once more (SYS-5).
    """
    act = permit(act, None)
    act = permit(act, None, track=choose_track(act, track, request.interventions))
    assert act.track is not None
    _refuse_unknown_setting(act, setting)
    for name in act.in_force.content:
        if name.endswith("need"):
            refuse_other_channel(act, name, request, act.track)
    refuse_unfit_contacts(act, request, act.track)
    event = act.record(
        NeedRaised,
        on=act.new_id("referral"),
        case_id=act.new_id("case"),
        patient_id=patient_id,
        county=act.actor.county,
        region=act.directory.region.id,
        municipality=_municipality_of_need(act, municipality),
        track=act.track,
        source=source,
        request=request,
        setting=setting,
        despite=despite,
    )
    case = evolve(None, event)
    return (event.model_copy(update={"allocations": allocate_new(act, case, request.interventions)}),)


def _refuse_unknown_setting(act: Act, setting: Slug | None) -> None:
    settings = act.in_force.vocabulary.settings
    if setting is not None and setting not in settings:
        raise ContentNotKnown("setting", [setting], known=tuple(settings), rule=act.rule)


def _municipality_of_need(act: Act, municipality: HsaId | None) -> HsaId | None:
    """Return the municipality that a need names. Refuse another municipality than the actor's own."""
    if municipality is not None:
        act.refuse_unknown_municipality(municipality)
    own = act.actor.principal if act.actor.party is Party.MUNICIPALITY else None
    if own is not None and municipality not in (None, own):
        raise NotYourPrincipal(
            "A municipality can raise a need only for itself",
            rule="SYS-3",
            remedy="leave municipality out, or give your own",
            where=("municipality",),
        )
    return municipality or own


def supplement(case: Case, *, act: Act, request: CareRequest) -> Events:
    """Complete or change your own principal's request, until the care level is established."""
    act = permit(act, case)
    since = statuses_since(act, case, Step.SENT)
    open_to_change = [status for status in since if status is not ReferralStatus.LEVEL_ESTABLISHED]
    referral = require_referral_status(case, act, *UNSENT, *open_to_change)
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "The request belongs to another principal",
            rule=rule_or(act.ground(Guard.OWN_WORDS), "SYS-3"),
            remedy="record your own assessment instead",
        )
    refuse_unfit_contacts(act, request, referral.track)
    refuse_other_kinds(act, referral.track, request.interventions)
    if referral.sent_at is not None:
        refuse_missing_content(act, request, referral.track)
    allocations = allocate_new(act, case, request.interventions)
    return (act.record(ReferralSupplemented, on=referral, case_id=case.id, request=request, allocations=allocations),)


def send(case: Case, *, act: Act, receiver: HsaId, unit: HsaId | None = None) -> Events:
    """Send the request (vårdbegäran) to a unit of a municipality (ORE-3.1.2-1 to -4).

    Without `unit` it is the one that fits by the directory; if several fit, the refusal lists them. The region stays
    responsible until the municipality takes over (ORE-3-1).
    """
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.SENT))
    refuse_other_channel(act, "referral", referral.request, referral.track)
    refuse_missing_content(act, referral.request, referral.track, acts=(ActName.SUPPLEMENT_REFERRAL,))
    refuse_other_receiver(act, referral, receiver)
    refuse_before_ground(act, referral)
    event = act.record(
        ReferralSent,
        on=referral,
        case_id=case.id,
        receiver=receiver,
        unit=choose_unit(act, case, receiver, unit),
        allocations=allocate(
            act, case, case.list_without_carer(referral.interventions), enrolled=False, municipality=receiver
        ),
    )
    return (event,)


def acknowledge(case: Case, *, act: Act) -> Events:
    """Acknowledge that the request has arrived (kvittera; ORE-3.1.2-6)."""
    refuse_role(act)
    if act.actor.principal != case.referral.municipality:
        raise ActorNotReceiver(
            "Only the municipality that received the request can acknowledge it",
            rule=act.rule,
            remedy="let the municipality that received it acknowledge it",
            where=(act.actor.party,),
        )
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ACKNOWLEDGED))
    return (act.record(ReferralAcknowledged, on=referral, case_id=case.id),)


def contact(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Record that the municipality contacted the region, so that the joint assessment can start (ORE-3.1.2-7)."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.IN_CONTACT))
    return (act.record(PrincipalContacted, on=referral, case_id=case.id, note=note),)


def start_assessment(case: Case, *, act: Act, participants: Staff) -> Events:
    """Start the assessment. Staff of both parties take part if the agreement requires it (ORE-3.1.3-1)."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    joint = act.ground(Guard.JOINT_INVESTIGATION)
    if joint is not None:
        act.refuse_one_sided(participants, rule=joint.rule)
    refuse_unknown_staff(act, participants)
    return (act.record(JointAssessmentStarted, on=referral, case_id=case.id, participants=tuple(participants)),)


def record_assessment(
    case: Case,
    *,
    act: Act,
    level: CareLevel,
    interventions: AllocatedInterventions,
    participation: Participation,
    level_ground: Slug | None = None,
    direction: Text | None = None,
    content: Text | None = None,
    responsibility: Text | None = None,
    goals: Text | None = None,
    considerations: Text | None = None,
    reason: Text | None = None,
) -> Events:
    """Record your own party's medical assessment (ORE-3.1.3-4, -6, -9; participation ORE-1.4-1).

    The `party` of an intervention is a proposal and moves no responsibility. `level_ground` is the ground for
    specialised care, in the words of the version: what the care needs, not where it is usually given (SKR-4-7). After
    the level is established, a new assessment needs a `reason`. The earlier one stays on record (SKR-5-1).
    """
    act = permit(act, case)
    referral = require_assessable(case, act, reason)
    if level_ground is not None:
        _refuse_other_ground(act, level, level_ground)
    refuse_other_kinds(act, referral.track, interventions)
    texts: dict[str, Any] = {
        "direction": direction,
        "content": content,
        "responsibility": responsibility,
        "goals": goals,
        "considerations": considerations,
    }
    _refuse_unfit_assessment(act, referral, texts, interventions, participation)
    event = act.record(
        AssessmentRecorded,
        on=referral,
        case_id=case.id,
        party=act.actor.party,
        level=level,
        level_ground=level_ground,
        interventions=tuple(interventions),
        participation=participation,
        reason=reason,
        allocations=allocate_new(act, case, interventions),
        **texts,
    )
    return (event,)


def _refuse_unfit_assessment(
    act: Act,
    referral: Referral,
    texts: Mapping[str, object],
    interventions: AllocatedInterventions,
    participation: Participation,
) -> None:
    """Refuse an assessment without required content, or that gives the municipality what it can never have (F17)."""
    values = {
        **texts,
        "participation": participation.note,
        "interventions": [intervention.model_dump() for intervention in interventions],
    }
    refuse_missing_fields(act, values, AssessmentContentMissing)
    for intervention in interventions:
        if intervention.party is Party.MUNICIPALITY:
            refuse_never_municipal(act, intervention)


def _refuse_other_ground(act: Act, level: CareLevel, ground: Slug) -> None:
    content = act.in_force.content.get("specialised-level")
    for field in content.fields if content is not None else ():
        if ground not in field.choices:
            raise ContentNotKnown(
                "ground of specialised care", [ground], known=tuple(field.choices), rule=field.clauses[0]
            )
    if level is not CareLevel.SPECIALISED:
        raise LevelContradicted(
            f"The ground {ground} is for {CareLevel.SPECIALISED} care, and the assessment gives {level}",
            rule=act.rule,
            remedy=f"give the level {CareLevel.SPECIALISED}, or leave level_ground out",
            where=("level", "level_ground"),
        )


def consider_jointly(case: Case, *, act: Act, intervention: Slug, conclusion: Text) -> Events:
    """Record, for your own party, that the form of care for an advanced intervention was considered jointly."""
    act = permit_actor(act, case)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.ASSESSING))
    refuse_unnamed_intervention(act, referral, intervention)
    act = apply_ordering_rules(act, case, subject_of(case, intervention))
    event = act.record(
        JointConsiderationRecorded,
        on=referral,
        case_id=case.id,
        party=act.actor.party,
        intervention=intervention,
        conclusion=conclusion,
    )
    return (event,)


def establish_level(case: Case, *, act: Act) -> Events:
    """Establish the care level by the assessments (ORE-3.1.3-8 to -10). The time limit for planning starts.

    If the agreement gives the level to one party, that party's assessment decides (ORE-3.2.1-R2). In any other case the
    assessments must agree. With new assessments, this act changes an established level; both levels stay on record
    (SKR-5-1).
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    again = case.referral.judged != () and not case.is_ended
    needed = REASSESSABLE if again else statuses_before(act, case, Step.LEVEL_ESTABLISHED)
    referral = require_referral_status(case, act, *needed)
    level = find_level(act, referral)
    if again:
        return (reassess_level(act, case, level),)
    refuse_unless_considered(act, referral)
    refuse_before_ground(act, referral)
    return (act.record(CareLevelEstablished, on=referral, case_id=case.id, level=level),)
