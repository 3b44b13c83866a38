"""The answer that the matrix gives for a person of the facts on record, asked in words of the tests' own."""

from datetime import datetime

from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import Holder
from domain.case.rules.calendar import Calendar
from domain.case.state.case import Case
from domain.intervention import Scope
from domain.kernel import HsaId, Keeper, Party, legal_day
from domain.person import age_on

Holders = tuple[HsaId | None, HsaId | None, bool]
"""The principal that treats, the one that performs, and if a guardian answers instead."""


def ask_for_person(case: Case, calendar: Calendar, key: str, at: datetime) -> Holders:
    """Ask the matrix in force, in words of our own, who is responsible for a person of these facts."""
    agreement = calendar.catalogue.in_force(calendar.county, at, case.municipality)
    if agreement is None:
        return (case.region, case.region, False)
    asked, planned = case.named[key], case.find_planned(key)
    enrolled = case.enrolment is not None and case.enrolment.started_at is not None
    age = None if calendar.born is None else age_on(calendar.born, legal_day(at))
    moved = case.moved_to if case.moved_to in agreement.vocabulary.settings else None
    stated = asked.ordering.performing_level if asked.ordering is not None else case.referral.level
    care = case.self_care.get(key)
    is_self_care = care is not None and care.is_self_care
    answer = resolve(
        agreement,
        Question(
            level=stated,
            setting=moved or case.referral.setting or agreement.scope.settings[0],
            age=age,
            profession=asked.profession,
            intervention=asked.category if is_self_care or asked.category != "self-care" else None,
            enrolled=enrolled,
            single_intervention=enrolled and planned is not None and planned.scope is Scope.SINGLE,
            conditions=case.conditions | ({"assessed-as-self-care"} if is_self_care else frozenset()),
        ),
    )
    if isinstance(answer, Answer):
        informed = case.municipality if case.municipality in case.readers else None
        principals = {Holder.REGION: case.region, Holder.MUNICIPALITY: informed}
        guardian = Holder.GUARDIAN in (answer.treatment, answer.performer)
        treatment, performer = (
            principals.get(holder) if holder else None for holder in (answer.treatment, answer.performer)
        )
        return (treatment, performer, guardian)
    return (None, None, False)


def has_keeper(keeper: Keeper, case: Case, key: str, by_matrix: Holders, performer: HsaId | None) -> bool:
    """Return True if what an answer names as its keeper is on record."""
    planned = case.planned.get(key)
    match keeper:
        case Keeper.DISAGREEMENT:
            return case.open_dispute is not None
        case Keeper.RESOLUTION:
            return any(dispute.resolution is not None for dispute in case.disputes)
        case Keeper.SELF_CARE:
            return case.self_care[key].is_self_care
        case Keeper.PLAN:
            return planned is not None and planned.performer is Party.REGION
        case Keeper.TAKEOVER:
            is_law = (
                by_matrix[0] == by_matrix[1] == case.municipality and case.allocations[key].treatment == case.region
            )
            return performer != case.municipality or case.enrolment is None or by_matrix[1] != performer or is_law
        case Keeper.NOT_SENT:
            return case.municipality not in case.readers
        case Keeper.SILENCE:
            return by_matrix[1] is None
