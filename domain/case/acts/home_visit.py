"""The act that records an occasional home visit (hembesök)."""

from domain.act import Act
from domain.agreements.content import find_words
from domain.agreements.model import ActName
from domain.case.events.case import VISIT_KINDS, HomeVisitRecorded
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.act_content import refuse_missing_fields
from domain.case.rules.enrolment_eligibility import refuse_outside
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.kernel import Events, HsaId, Party, Slug, Text, legal_day
from domain.refusals import (
    CriterionNotMet,
    WrongState,
)


def record_home_visit(
    case: Case,
    *,
    act: Act,
    kind: Slug,
    performer: HsaId,
    purpose: Slug | None = None,
    note: Text | None = None,
) -> Events:
    """Record an occasional home visit, acute or planned (VML-3-3, 7-1, 8-9). It needs no enrolment and no plan.

    A municipality's visit is refused if the agreement leaves the person with the region (GAV-9-2), or if a criterion is
    not met.
    """
    act = permit(act, case, ActSubject(person=performer))
    values, name = {"kind": kind, "purpose": purpose, "note": note}, f"home-visit-{act.actor.party}"
    listed = find_words(act.in_force, [name], "kind", track=act.track)
    listed.refuse_other("kind of visit", kind, listed.words or VISIT_KINDS)
    refuse_missing_fields(act, values)
    act.own_staff(performer)
    if act.actor.party is Party.MUNICIPALITY:
        refuse_outside(act, case)
        _refuse_unmet(case)
    act.not_before(case.opened_at, "the need was raised")
    if case.deceased_on is not None and legal_day(act.occurred_at) > case.deceased_on:
        raise WrongState(subject="The enrolment", state=EnrolmentStatus.ENDED_BY_DEATH, needed=("open",), rule="C.3")
    event = act.record(
        HomeVisitRecorded,
        on=case.stream,
        case_id=case.id,
        party=act.actor.party,
        kind=kind,
        purpose=purpose,
        performer=performer,
        note=note,
    )
    return (event,)


def _refuse_unmet(case: Case) -> None:
    for verdict in unmet_verdicts(case.referral):
        raise CriterionNotMet(
            f"The criterion {verdict.criterion} is not met",
            rule=verdict.rule,
            remedy="let the region visit the person, or set the criterion aside as the agreement allows",
            where=(verdict.criterion,),
            acts=(ActName.GRANT_DEPARTURE, ActName.AGREE_EXCEPTION, ActName.EVALUATE_CRITERIA),
        )
