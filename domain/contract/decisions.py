"""What may be decided about an agreement version: it is published, added to and ended by both parties, never by one."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.agreements.content import content_of, missing
from domain.agreements.model import ActName, Agreement, Content, Denied
from domain.agreements.publication import digest
from domain.agreements.shapes import FieldName
from domain.agreements.validation import read
from domain.contract.events import (
    EndingDeclared,
    FollowUpHeld,
    LocalAgreementMade,
    LocalAgreementProposed,
    LocalRoutinePublished,
    VersionPublished,
    VersionSigned,
    VersionSubmitted,
)
from domain.contract.local import LocalAgreement, Way
from domain.contract.refusals import (
    EndConditionMissing,
    NotPartyOfAgreement,
    PrincipalNotStated,
    PrincipalWrong,
    ResponsibilityUncovered,
    TermsDiffer,
    TextFaulty,
    VersionExists,
)
from domain.contract.state import Contract, contract_id
from domain.contract.terms import municipalities
from domain.kernel import MOST, Event, HsaId, Label, Party, Slug, Text, legal_day
from domain.ledger import LedgerAct
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    NotRetroactive,
    OtherPartyMissing,
    UnknownReference,
    WrongState,
)

ROUTINE = "local-routine"
"""What a text calls the content of a local routine."""
SHOWN = 20
"""Of a text's faults, how many a refusal names."""

AgreementText = Annotated[str, StringConstraints(min_length=1, max_length=900_000)]
"""The TOML of an agreement."""


def submit_version(*, act: LedgerAct, text: AgreementText) -> tuple[Event, ...]:
    """Put a text forward as a version of the county's agreement. It is a draft until both parties have signed it."""
    act.permit()
    written = text.encode()
    agreement = read(written)
    if not isinstance(agreement, Agreement):
        raise TextFaulty(agreement[:SHOWN])
    if agreement.county != act.actor.county:
        raise UnknownReference(
            "The text is another county's",
            rule="SYS-3",
            remedy="submit it in its own county",
            where=("county",),
        )
    if agreement.ref in act.known:
        raise VersionExists(agreement.ref)
    stands = act.model_copy(update={"agreement": agreement})
    _permit(stands, ActName.SUBMIT_VERSION)
    on = contract_id(agreement.county, agreement.ref)
    clauses = _clauses(stands, ActName.SUBMIT_VERSION)
    return (stands.record(VersionSubmitted, on=on, clauses=clauses, digest=digest(written)),)


def sign_version(contract: Contract, *, act: LedgerAct) -> tuple[Event, ...]:
    """Sign the version for one's own principal, and for no other (ORE-1.1-1, GAV-8-2)."""
    _permit(act, ActName.SIGN_VERSION)
    if act.actor.principal in contract.signatures:
        raise WrongState(
            what="The version",
            state="signed by your principal",
            wanted=("unsigned by your principal",),
            rule=_rule(act, ActName.SIGN_VERSION),
        )
    return (act.record(VersionSigned, on=contract, clauses=_clauses(act, ActName.SIGN_VERSION)),)


def publish_version(contract: Contract, *, act: LedgerAct) -> tuple[Event, ...]:
    """Publish the version, once the region and at least one municipality have signed it (ORE-1.1-1).

    It is then in force between the region and each municipality from the day on which both have signed.
    """
    _permit(act, ActName.PUBLISH_VERSION)
    if contract.is_published:
        raise WrongState(
            what="The version", state="published", wanted=("a draft",), rule=_rule(act, ActName.PUBLISH_VERSION)
        )
    unsigned = [party for party in Party if contract.signed_at(party) is None]
    if unsigned:
        raise OtherPartyMissing(
            f"The {' and the '.join(unsigned)} {'has' if len(unsigned) == 1 else 'have'} not signed the version",
            rule=_rule(act, ActName.PUBLISH_VERSION),
            remedy="let the missing party sign for itself: sign-version",
            where=unsigned,
        )
    for party in Party:
        signed_at = contract.signed_at(party)
        if signed_at is not None:
            act.not_before(signed_at, f"the {party} signed the version")
    return (act.record(VersionPublished, on=contract, clauses=_clauses(act, ActName.PUBLISH_VERSION)),)


def end_version(
    contract: Contract,
    *,
    act: LedgerAct,
    last_day: date,
    condition: Text,
    clauses: Annotated[tuple[str, ...], Field(max_length=MOST)] = (),
) -> tuple[Event, ...]:
    """Declare for one's own principal that the version ends early, on which condition of its text (GAV-3-1).

    It has effect for a municipality when it and the region have both declared so; never backwards.
    """
    _permit(act, ActName.END_VERSION)
    _require_published(contract, act, ActName.END_VERSION)
    if last_day < legal_day(act.now):
        raise NotRetroactive(
            f"The last day {last_day} has passed",
            rule=_rule(act, ActName.END_VERSION),
            remedy="give today or a later day; acts until then have stood on the version",
            where=("last_day",),
        )
    agreement = act.in_force
    unknown = [clause for clause in clauses if clause not in agreement.clauses]
    if unknown or (agreement.end_condition is not None and not clauses):
        raise EndConditionMissing(agreement.end_condition, unknown=unknown)
    silent = () if agreement.end_condition is not None else ("end-condition",)
    cited = (*_clauses(act, ActName.END_VERSION), *clauses)
    return (
        act.record(
            EndingDeclared, on=contract, clauses=cited, not_regulated=silent, last_day=last_day, condition=condition
        ),
    )


def hold_follow_up(
    contract: Contract, *, act: LedgerAct, revision_needed: bool, summary: Text | None = None
) -> tuple[Event, ...]:
    """Tell that the version was followed up, and whether it needs to be revised (GAV-11-1)."""
    _permit(act, ActName.HOLD_FOLLOW_UP)
    _require_published(contract, act, ActName.HOLD_FOLLOW_UP)
    clauses = _clauses(act, ActName.HOLD_FOLLOW_UP)
    return (act.record(FollowUpHeld, on=contract, clauses=clauses, revision_needed=revision_needed, summary=summary),)


def agree_local_agreement(contract: Contract, *, act: LedgerAct, agreed: LocalAgreement) -> tuple[Event, ...]:
    """Agree for one's own party to an addition between the region and one municipality (VML-11-2, -11-3; SKR 6-10).

    It holds when both parties have agreed to the same, each for itself (SKR-6-1).
    """
    name = ActName.AGREE_LOCAL_AGREEMENT
    _permit(act, name)
    _require_published(contract, act, name)
    _require_party(act, agreed.municipality)
    _require_known_grants(act, agreed)
    stated = _with_principal(act, agreed)
    _require_covered(act, stated)
    clauses = _clauses(act, name)
    waiting = contract.proposals.get(stated.key)
    if waiting is None or (waiting.by is act.actor.party and waiting.agreed != stated):
        return (act.record(LocalAgreementProposed, on=contract, clauses=clauses, agreed=stated),)
    act.refuse_second((waiting.by,), "agreed to this", rule="SKR-6-1")
    if waiting.agreed != stated:
        raise TermsDiffer(_differing(waiting.agreed, stated))
    made = act.record(LocalAgreementMade, on=contract, clauses=clauses, agreed=stated, warnings=stated.warnings)
    return (made,)


def publish_local_routine(
    contract: Contract,
    *,
    act: LedgerAct,
    key: Slug,
    title: Label,
    municipality: HsaId,
    sections: Annotated[dict[FieldName, Text | None], Field(max_length=MOST)],
) -> tuple[Event, ...]:
    """Publish how a municipality and the region work together under the version (ORE-3.1.5-5, -6).

    What it must say is the version's own content `local-routine`. It adds to the version and never overrides it:
    responsibility is always the version's.
    """
    name = ActName.PUBLISH_LOCAL_ROUTINE
    _permit(act, name)
    _require_published(contract, act, name)
    _require_party(act, municipality)
    said = {field: text for field, text in sections.items() if text is not None}
    content = content_of(act.in_force, ROUTINE)
    if content is not None:
        _require_sections(act.in_force, content, said)
    return (
        act.record(
            LocalRoutinePublished,
            on=contract,
            clauses=(*_clauses(act, name), *(content.clauses if content else ())),
            not_regulated=() if content else (ROUTINE,),
            key=key,
            title=title,
            municipality=municipality,
            sections=said,
        ),
    )


def _permit(act: LedgerAct, name: ActName) -> None:
    """Refuse those whom the version gives the act to nobody of, and principals that are no party of it (GAV-8-1)."""
    act.permit()
    agreement = act.in_force
    if act.actor.party is Party.MUNICIPALITY:
        _require_party(act, act.actor.principal)
    allowed = agreement.allows(name, act.actor)
    if isinstance(allowed, Denied):
        raise ActorNotAllowed(
            f"The role {act.actor.role} of {act.actor.unit_kind} in a {act.actor.party} may not {name}",
            rule=allowed.rule,
            remedy=allowed.remedy,
            where=(act.actor.party, act.actor.role),
        )


def _require_party(act: LedgerAct, municipality: HsaId) -> None:
    if act.directory.municipality(municipality) is None:
        raise UnknownReference(
            "The directory has no such municipality",
            rule="SYS-1",
            remedy="give the HSA-id of a municipality of the county",
            where=("municipality",),
        )
    if municipality not in municipalities(act.in_force, act.directory):
        raise NotPartyOfAgreement(act.in_force.ref)
    if act.actor.party is Party.MUNICIPALITY and act.actor.principal != municipality:
        raise NotPartyOfAgreement(act.in_force.ref)


def _clauses(act: LedgerAct, name: ActName) -> tuple[str, ...]:
    """The clauses that the version gives the act as its ground."""
    rule = act.in_force.acts.get(name)
    return rule.clauses if rule else ()


def _rule(act: LedgerAct, name: ActName) -> str:
    """The rule that a refusal names: the version's own, or that nobody acts for the other."""
    return next(iter(_clauses(act, name)), "SYS-3")


def _require_published(contract: Contract, act: LedgerAct, name: ActName) -> None:
    if not contract.is_published:
        raise WrongState(what="The version", state="a draft", wanted=("published",), rule=_rule(act, name))


def _require_sections(agreement: Agreement, content: Content, said: Mapping[str, str]) -> None:
    """Refuse a routine that lacks a section, such as the one on participation, or has one that the version has not."""
    known = [field.id for field in content.fields]
    unknown = [field for field in said if field not in known]
    if unknown:
        raise ContentNotKnown("section", unknown, known=known, rule=content.clauses[0])
    absent = missing(agreement, ROUTINE, said)
    if absent:
        raise ContentMissing([one.path for one in absent], rule=absent[0].rule)


def _require_known_grants(act: LedgerAct, agreed: LocalAgreement) -> None:
    known = list(act.in_force.vocabulary.conditions)
    unknown = [grant for grant in agreed.grants if grant not in known]
    if unknown:
        raise ContentNotKnown("condition", unknown, known=known, rule="SYS-7")


def _with_principal(act: LedgerAct, agreed: LocalAgreement) -> LocalAgreement:
    """The agreement with its principal as its way has it (SKR-10-1 to -4)."""
    region = act.directory.region.id
    match agreed.way:
        case Way.TRANSFER:
            return _stating(agreed, agreed.municipality, rule="SKR-10-1")
        case Way.AGREEMENT_SPECIALISED:
            return _stating(agreed, region, rule="SKR-10-4")
        case Way.AGREEMENT_PRIMARY:
            if agreed.principal is None:
                raise PrincipalNotStated
            if agreed.principal not in (region, agreed.municipality):
                raise PrincipalWrong((region, agreed.municipality), way=agreed.way, rule="SKR-10-3")
            return agreed
        case Way.COOPERATION:
            if agreed.principal is not None or agreed.providers:
                raise PrincipalWrong((), way=agreed.way, rule="SKR-10-2")
            return agreed


def _stating(agreed: LocalAgreement, principal: HsaId, *, rule: str) -> LocalAgreement:
    if agreed.principal not in (None, principal):
        raise PrincipalWrong((principal,), way=agreed.way, rule=rule)
    return agreed.model_copy(update={"principal": principal})


def _require_covered(act: LedgerAct, agreed: LocalAgreement) -> None:
    """Refuse unknown providers, and several without an answer to who answers for each area (SKR-7-1)."""
    named = {*agreed.providers, *(one for one in agreed.areas.values() if one is not None)}
    unknown = [one for one in sorted(named) if act.directory.provider(one) is None]
    if unknown:
        raise UnknownReference(
            "The directory has no such care provider",
            rule="SYS-1",
            remedy="give the HSA-ids of care providers of the county",
            where=unknown,
        )
    uncovered = list(agreed.uncovered())
    if len(agreed.providers) > 1 and (uncovered or not agreed.areas):
        raise ResponsibilityUncovered(uncovered)


def _differing(one: LocalAgreement, other: LocalAgreement) -> list[str]:
    return [name for name in LocalAgreement.model_fields if getattr(one, name) != getattr(other, name)]
