"""Additions to an agreement version for one municipality: a local agreement, and a local routine."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from domain.act import Act
from domain.agreements.conditions import list_circumstances
from domain.agreements.content import find_content, find_missing, refuse_gaps
from domain.agreements.model import Agreement, Content, Way
from domain.agreements.model.shapes import FieldName
from domain.agreements.subordinate import ROUTINE
from domain.kernel import MOST, Event, HsaId, Label, Slug, Text
from domain.ledgers.versions.refusals import PrincipalNotStated, PrincipalWrong, ResponsibilityUncovered, TermsDiffer
from domain.ledgers.versions.rules import (
    cite_clauses,
    require_party,
    require_published,
    require_version_permission,
)
from domain.refusals import (
    ContentNotKnown,
    UnknownReference,
)
from domain.versions.events import LocalAgreementMade, LocalAgreementProposed, LocalRoutinePublished
from domain.versions.local_agreement import LocalAgreement
from domain.versions.state import VersionRecord


def agree_local_agreement(record: VersionRecord, *, act: Act, agreed: LocalAgreement) -> tuple[Event, ...]:
    """Agree for your party to an addition between the region and one municipality (VML-11-2, -11-3; SKR 6-10).

    The local agreement holds when both parties have agreed to the same words, each for itself (SKR-6-1).
    """
    require_version_permission(act)
    require_published(record, act)
    require_party(act, agreed.municipality)
    _require_known_grants(act, agreed)
    addition = _with_principal(act, agreed)
    _require_providers(act, addition)
    clauses = cite_clauses(act)
    proposal = record.proposals.get(addition.full_key)
    if proposal is None or (proposal.by is act.actor.party and proposal.agreed != addition):
        return (act.record(LocalAgreementProposed, on=record, clauses=clauses, agreed=addition),)
    act.refuse_second((proposal.by,), "agreed to this", rule="SKR-6-1")
    if proposal.agreed != addition:
        raise TermsDiffer(_compare(proposal.agreed, addition), rule="SKR-6-1")
    event = act.record(LocalAgreementMade, on=record, clauses=clauses, agreed=addition, warnings=addition.warnings)
    return (event,)


def publish_local_routine(
    record: VersionRecord,
    *,
    act: Act,
    key: Slug,
    title: Label,
    municipality: HsaId,
    sections: Annotated[dict[FieldName, Text | None], Field(max_length=MOST)],
) -> tuple[Event, ...]:
    """Publish a routine for how a municipality and the region work together under the version (ORE-3.1.5-5, -6).

    The version's content `local-routine` lists the sections. The routine adds to the version and never changes who is
    responsible.
    """
    require_version_permission(act)
    require_published(record, act)
    require_party(act, municipality)
    filled = {field: text for field, text in sections.items() if text is not None}
    content = find_content(act.in_force, ROUTINE)
    if content is not None:
        _require_sections(act.in_force, content, filled)
    return (
        act.record(
            LocalRoutinePublished,
            on=record,
            clauses=(*cite_clauses(act), *(content.clauses if content else ())),
            not_regulated=() if content else (ROUTINE,),
            key=key,
            title=title,
            municipality=municipality,
            sections=filled,
        ),
    )


def _require_sections(agreement: Agreement, content: Content, sections: Mapping[str, str]) -> None:
    """Refuse a section that the version does not have, and a routine without a section that the version requires."""
    known = [field.id for field in content.fields]
    unknown = [field for field in sections if field not in known]
    if unknown:
        raise ContentNotKnown("section", unknown, known=known, rule=content.clauses[0])
    refuse_gaps(find_missing(agreement, ROUTINE, sections))


def _require_known_grants(act: Act, agreed: LocalAgreement) -> None:
    known = list_circumstances(act.in_force)
    unknown = [grant for grant in agreed.grants if grant not in known]
    if unknown:
        raise ContentNotKnown("condition", unknown, known=known, rule="SYS-7")


def _with_principal(act: Act, agreed: LocalAgreement) -> LocalAgreement:
    """Return the agreement with the principal that its form of cooperation demands (SKR-10-1 to -4)."""
    region = act.directory.region.id
    match agreed.way:
        case Way.TRANSFER:
            return _set_principal(agreed, agreed.municipality, rule="SKR-10-1")
        case Way.SPECIALISED_AGREEMENT:
            return _set_principal(agreed, region, rule="SKR-10-4")
        case Way.PRIMARY_AGREEMENT:
            if agreed.principal is None:
                raise PrincipalNotStated
            if agreed.principal not in (region, agreed.municipality):
                raise PrincipalWrong((region, agreed.municipality), way=agreed.way, rule="SKR-10-3")
            return agreed
        case Way.COOPERATION:
            if agreed.principal is not None or agreed.providers:
                raise PrincipalWrong((), way=agreed.way, rule="SKR-10-2")
            return agreed


def _set_principal(agreed: LocalAgreement, principal: HsaId, *, rule: str) -> LocalAgreement:
    if agreed.principal not in (None, principal):
        raise PrincipalWrong((principal,), way=agreed.way, rule=rule)
    return agreed.model_copy(update={"principal": principal})


def _require_providers(act: Act, agreed: LocalAgreement) -> None:
    """Refuse unknown providers, and several providers with an area that none of them answers for (SKR-7-1)."""
    providers = {*agreed.providers, *(provider for provider in agreed.areas.values() if provider is not None)}
    unknown = [provider for provider in sorted(providers) if act.directory.provider(provider) is None]
    if unknown:
        raise UnknownReference(
            "The directory has no such care provider",
            rule="SYS-1",
            remedy="give the HSA-ids of care providers of the county",
            where=unknown,
        )
    uncovered = list(agreed.list_uncovered_areas())
    if len(agreed.providers) > 1 and (uncovered or not agreed.areas):
        raise ResponsibilityUncovered(uncovered)


def _compare(first: LocalAgreement, second: LocalAgreement) -> list[str]:
    """Return the fields in which the two differ."""
    fields = LocalAgreement.model_fields
    return [f"agreed.{name}" for name in fields if getattr(first, name) != getattr(second, name)]
