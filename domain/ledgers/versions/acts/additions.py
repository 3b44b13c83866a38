"""What may be added to an agreement version for one municipality: a local agreement, and a routine."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from domain.act import Act
from domain.agreements.content import find_content, find_missing
from domain.agreements.model import ActName, Agreement, Content, Way
from domain.agreements.model.shapes import FieldName
from domain.kernel import MOST, Event, HsaId, Label, Slug, Text
from domain.ledgers.versions.refusals import PrincipalNotStated, PrincipalWrong, ResponsibilityUncovered, TermsDiffer
from domain.ledgers.versions.rules import clauses_of, permit, require_party, require_published
from domain.refusals import (
    ContentMissing,
    ContentNotKnown,
    UnknownReference,
)
from domain.versions.events import LocalAgreementMade, LocalAgreementProposed, LocalRoutinePublished
from domain.versions.local_agreement import LocalAgreement
from domain.versions.state import VersionRecord

ROUTINE = "local-routine"
"""What a text calls the content of a local routine."""


def agree_local_agreement(record: VersionRecord, *, act: Act, agreed: LocalAgreement) -> tuple[Event, ...]:
    """Agree for one's own party to an addition between the region and one municipality (VML-11-2, -11-3; SKR 6-10).

    It holds when both parties have agreed to the same, each for itself (SKR-6-1).
    """
    name = ActName.AGREE_LOCAL_AGREEMENT
    permit(act)
    require_published(record, act, name)
    require_party(act, agreed.municipality)
    _require_known_grants(act, agreed)
    stated = _with_principal(act, agreed)
    _require_covered(act, stated)
    clauses = clauses_of(act, name)
    waiting = record.proposals.get(stated.full_key)
    if waiting is None or (waiting.by is act.actor.party and waiting.agreed != stated):
        return (act.record(LocalAgreementProposed, on=record, clauses=clauses, agreed=stated),)
    act.refuse_second((waiting.by,), "agreed to this", rule="SKR-6-1")
    if waiting.agreed != stated:
        raise TermsDiffer(_differing(waiting.agreed, stated))
    made = act.record(LocalAgreementMade, on=record, clauses=clauses, agreed=stated, warnings=stated.warnings)
    return (made,)


def publish_local_routine(
    record: VersionRecord,
    *,
    act: Act,
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
    permit(act)
    require_published(record, act, name)
    require_party(act, municipality)
    said = {field: text for field, text in sections.items() if text is not None}
    content = find_content(act.in_force, ROUTINE)
    if content is not None:
        _require_sections(act.in_force, content, said)
    return (
        act.record(
            LocalRoutinePublished,
            on=record,
            clauses=(*clauses_of(act, name), *(content.clauses if content else ())),
            not_regulated=() if content else (ROUTINE,),
            key=key,
            title=title,
            municipality=municipality,
            sections=said,
        ),
    )


def _require_sections(agreement: Agreement, content: Content, said: Mapping[str, str]) -> None:
    """Refuse a routine that lacks a section, such as the one on participation, or has one that the version has not."""
    known = [field.id for field in content.fields]
    unknown = [field for field in said if field not in known]
    if unknown:
        raise ContentNotKnown("section", unknown, known=known, rule=content.clauses[0])
    absent = find_missing(agreement, ROUTINE, said)
    if absent:
        raise ContentMissing([one.path for one in absent], rule=absent[0].rule)


def _require_known_grants(act: Act, agreed: LocalAgreement) -> None:
    known = list(act.in_force.vocabulary.conditions)
    unknown = [grant for grant in agreed.grants if grant not in known]
    if unknown:
        raise ContentNotKnown("condition", unknown, known=known, rule="SYS-7")


def _with_principal(act: Act, agreed: LocalAgreement) -> LocalAgreement:
    """The agreement with its principal as its way has it (SKR-10-1 to -4)."""
    region = act.directory.region.id
    match agreed.way:
        case Way.TRANSFER:
            return _stating(agreed, agreed.municipality, rule="SKR-10-1")
        case Way.SPECIALISED_AGREEMENT:
            return _stating(agreed, region, rule="SKR-10-4")
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


def _stating(agreed: LocalAgreement, principal: HsaId, *, rule: str) -> LocalAgreement:
    if agreed.principal not in (None, principal):
        raise PrincipalWrong((principal,), way=agreed.way, rule=rule)
    return agreed.model_copy(update={"principal": principal})


def _require_covered(act: Act, agreed: LocalAgreement) -> None:
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
    uncovered = list(agreed.list_uncovered_areas())
    if len(agreed.providers) > 1 and (uncovered or not agreed.areas):
        raise ResponsibilityUncovered(uncovered)


def _differing(one: LocalAgreement, other: LocalAgreement) -> list[str]:
    return [name for name in LocalAgreement.model_fields if getattr(one, name) != getattr(other, name)]
