"""Differences between the words of a case and the person register: where the person lives, and where listed.

A difference is told and stops nothing: the register can be late, and the parties know the person. Nothing is told about
a person with a protected identity.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from domain.agreements.model import Agreement, Key
from domain.case.events.enrolment import EnrolmentGround
from domain.case.state.case import Case
from domain.directory import Directory
from domain.kernel import HsaId, Slug, UnitKind, Value
from domain.person import RegisterFact, RegisterKind, find_fact


class DifferenceCode(StrEnum):
    """A kind of difference between a case and the register."""

    RESIDENCE = "RESIDENCE_DIFFERS"
    """The register has another municipality, or another county, than the case says."""
    LISTING = "LISTING_DIFFERS"
    """The register has another health centre than that of the physician contact."""


class RegisterDifference(Value):
    """A difference between a word of the case and the register."""

    code: DifferenceCode
    field: str
    """The field of the act that said it: receiver, municipality, ground or physician_contact."""
    said: HsaId
    """The municipality or the health centre by the case's word."""
    register_has: HsaId | None
    """The municipality or the health centre in the register. None for another county."""
    county: Slug | None = None
    """The county of the residence in the register."""
    since: date
    """The day from which the register has it."""
    rule: str | None = None
    """The clause by which residence or listing decides. None if the version says nothing of it."""


def find_differences(
    case: Case, facts: Sequence[RegisterFact], day: date, *, directory: Directory, agreement: Agreement | None
) -> Iterator[RegisterDifference]:
    """Find the differences between the case and the register's facts of a day."""
    residence = find_fact(facts, RegisterKind.RESIDENCE, day)
    if residence is not None:
        yield from _compare_residence(case, residence, _find_rule(agreement, Key.RESIDENCE))
    listing = find_fact(facts, RegisterKind.LISTING, day)
    if listing is not None and listing.unit is not None:
        yield from _compare_listing(case, listing, listing.unit, directory, _find_rule(agreement, Key.LISTING))


def _compare_residence(case: Case, residence: RegisterFact, rule: str | None) -> Iterator[RegisterDifference]:
    said, field = case.lives_in, "municipality"
    if said is None:
        said, field = case.municipality, "receiver"
    ground = case.enrolment.ground if case.enrolment is not None and case.lives_in is None else None
    if said is None or (residence.municipality is None and residence.county == case.county):
        return
    differs = residence.municipality != said
    if ground is not None:
        field = "ground"
        differs = differs if ground is EnrolmentGround.RESIDENCE else not differs
    if differs:
        yield RegisterDifference(
            code=DifferenceCode.RESIDENCE,
            field=field,
            said=said,
            register_has=residence.municipality,
            county=residence.county,
            since=residence.valid_from,
            rule=rule,
        )


def _compare_listing(
    case: Case, listing: RegisterFact, unit: HsaId, directory: Directory, rule: str | None
) -> Iterator[RegisterDifference]:
    contact = case.referral.request.physician_contact
    physician = directory.actor(contact) if contact is not None else None
    if physician is not None and physician.unit_kind is UnitKind.PRIMARY_CARE and physician.unit != unit:
        yield RegisterDifference(
            code=DifferenceCode.LISTING,
            field="physician_contact",
            said=physician.unit,
            register_has=unit,
            since=listing.valid_from,
            rule=rule,
        )


def _find_rule(agreement: Agreement | None, key: Key) -> str | None:
    """Return the clause by which the version lets this link decide something."""
    found = agreement.jurisdiction if agreement is not None else None
    if found is None or key not in (found.care, found.visitors, found.coordination, found.employer):
        return None
    return found.clauses[0]
