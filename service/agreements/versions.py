"""Agreement versions: their status, signatures, texts and duties, and the acts on their records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, LiteralString

from domain.act import Command
from domain.agreements.model import ActName, Agreement
from domain.agreements.subordinate import Subordinate
from domain.authoring.publication import digest, read_published_text
from domain.authoring.validation import read
from domain.directory import Directory
from domain.kernel import Actor, AgreementRef, HsaId, Party
from domain.ledger_kind import LedgerDuty
from domain.ledgers.versions.duties import find_version_duties
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.ledgers.versions.rules import find_missing_routines
from domain.versions.document import AttachedDocument, MediaType
from domain.versions.prolongation import find_next_end, find_notice_day
from domain.versions.state import DeclaredConclusion, VersionRecord, shipped_record
from domain.versions.validity import ValidityPeriod, list_municipalities
from service.acts.attempts import ActRequest, NothingHappened
from service.acts.ledgers import LedgerActs, LedgerChange, answer, ledger_change
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue, Version, VersionSet
from service.record.event_store.committer import Statement

NOT_ON_FILE = "signatures not on file"
"""The note about a version of the package that lacks a party's signature in this record (GAV-8-2)."""


def prepare_submission(
    versions: LiveCatalogue, county: str, command: Command, occurred_at: datetime | None
) -> LedgerChange:
    """Prepare the change that submits a text. The same transaction stores the text.

    It opens a record, or goes on with that of a version that was withdrawn.
    """
    change = LedgerChange(kind=VERSION_RECORD, commands=[command], occurred_at=occurred_at)
    text = command.content["text"].encode()
    agreement = read(text, accepted=True)  # the decision checks it
    if not isinstance(agreement, Agreement):
        return change
    found = versions.find_version(county, agreement.ref)
    on = found.record.id if found is not None and found.record.withdrawn_at is not None else None
    return replace(change, on=on, rows=_text_rows(county, agreement, text))


def _text_rows(county: str, agreement: Agreement, text: bytes) -> tuple[Statement, ...]:
    row = (county, agreement.id, agreement.version, digest(text), text)
    statement: LiteralString = (
        "INSERT INTO agreement_text (county, id, version, digest, text) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING"
    )
    return ((statement, row),)


def prepare_change(
    version: Version, command: Command, occurred_at: datetime | None, *, if_version: int | None
) -> LedgerChange:
    """Prepare the change that an act makes to the record of a version. The same transaction stores a document."""
    record, agreement = version.record, version.agreement
    change = ledger_change(
        VERSION_RECORD,
        command,
        on=record.id,
        occurred_at=occurred_at,
        if_version=if_version,
        shipped=shipped_record(record.county, agreement.ref) if record.is_shipped else None,
        agreement=agreement,
    )
    return replace(change, rows=_document_rows(version, command))


def _document_rows(version: Version, command: Command) -> tuple[Statement, ...]:
    if command.name is not ActName.ATTACH_DOCUMENT:
        return ()
    ref, content = version.agreement.ref, command.content["content"]
    row = (version.agreement.county, ref.id, ref.version, digest(content), content)
    statement: LiteralString = (
        "INSERT INTO agreement_document (county, id, version, digest, content) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING"
    )
    return ((statement, row),)


def perform(acts: LedgerActs, version: Version, request: ActRequest, change: LedgerChange) -> bytes:
    """Perform an act on a version, and return its answer: the version as it stands if the act changes nothing.

    Raises what LedgerActs.perform raises.
    """
    try:
        return acts.perform(request, lambda: change)
    except NothingHappened:
        return acts.keep_answer(request, answer(version.record, ()))


def find_version(versions: LiveCatalogue, actor: Actor, id: str, version: str) -> Version:
    """Find a version of the actor's county. Raises CaseUnknown if there is none."""
    found = versions.find_version(actor.county, AgreementRef(id=id, version=version))
    if found is None:
        raise CaseUnknown
    return found


def find_document(version: Version, digest: str | None = None) -> AttachedDocument:
    """Find the document with a digest, or the newest one. Raises CaseUnknown if the version has none."""
    found = [document for document in version.record.documents if digest in (None, document.digest)]
    if not found:
        raise CaseUnknown
    return found[-1]


def name_file(version: Version, document: AttachedDocument) -> str:
    """Return the name of the file that somebody gets who downloads a document."""
    suffix = {MediaType.TEXT: "txt", MediaType.PDF: "pdf"}[document.media_type]
    return f"{version.agreement.id}-{version.agreement.version}.{suffix}"


def read_text(version: Version) -> bytes:
    """Return the version's TOML text as its authors wrote it."""
    return version.text if version.text is not None else read_published_text(version.agreement.ref)


def list_versions(versions: VersionSet, county: str) -> list[Version]:
    """Return the county's versions, the earliest first."""
    own = [version for version in versions.versions.values() if version.agreement.county == county]
    return sorted(own, key=lambda version: (version.agreement.valid_from, str(version.agreement.ref)))


def describe_version(version: Version, versions: VersionSet, directory: Directory, today: date) -> dict[str, Any]:
    """Describe a version, as JSON: its status, its signatures, and the period in which it binds each party."""
    agreement, record = version.agreement, version.record
    parties = (directory.region.id, *list_municipalities(agreement, directory))
    periods = find_periods(version, versions, today)
    unsigned = _list_unsigned(record, *parties)
    return {
        "ledger": str(record.id),
        "record": record.version,
        "id": agreement.id,
        "version": agreement.version,
        "title": agreement.title,
        "valid_from": agreement.valid_from,
        "valid_to": find_valid_to(version, today),
        "prolongation": describe_prolongation(version, today),
        "end_condition": agreement.end_condition,
        **_describe_place(version, versions),
        "status": _status(version, [period.last for period in periods.values()], today),
        "shipped": record.is_shipped,
        "submitted_by": record.submitted_by,
        "withdrawn_at": record.withdrawn_at,
        "parties": [{"principal": party, "name": directory.name_of(party)} for party in parties],
        "signatories": agreement.signatories,
        "bodies": [body.model_dump(mode="json") for body in agreement.bodies],
        "signatures": [signature.model_dump(mode="json") for signature in record.signatures.values()],
        "signatures_given": [
            {"principal": principal, "office": each.office, "signed_at": each.signed_at}
            for principal, given in record.given.items()
            for each in given
        ],
        "not_signed": unsigned,
        "note": NOT_ON_FILE if record.is_shipped and unsigned else None,
        "concluded_outside": list(_describe_outside_declarations(record)),
        "in_force_with": {party: period.model_dump(mode="json") for party, period in periods.items()},
        **_describe_begun(record),
        "endings": [ending.model_dump(mode="json") for ending in record.endings.values()],
        "followed_up_at": record.followed_up_at,
        "documents": [document.model_dump(mode="json") for document in reversed(record.documents)],
        "local_agreements": [
            local.model_dump(mode="json") | {"warnings": local.warnings} for local in record.local.values()
        ],
        "local_agreements_proposed": [proposal.model_dump(mode="json") for proposal in record.proposals.values()],
        "local_routines": [routine.model_dump(mode="json") for routine in record.routines.values()],
        "local_routines_missing": find_missing_routines(agreement, record, parties[1:]),
    }


def _describe_place(version: Version, versions: VersionSet) -> dict[str, Any]:
    """Describe the agreement that a version stands under, and the subordinate agreements under it, as JSON."""
    agreement, parts = version.agreement, list_subordinate(version, versions)
    return {
        "under": agreement.under.model_dump(mode="json") if isinstance(agreement, Subordinate) else None,
        "subordinate": [{"id": part.id, "version": part.version, "title": part.title} for part in parts],
    }


def list_subordinate(version: Version, versions: VersionSet) -> list[Subordinate]:
    """List the subordinate agreements that stand under a version, drafts too, the earliest first."""
    others = (other.agreement for other in list_versions(versions, version.agreement.county))
    return [other for other in others if isinstance(other, Subordinate) and other.stands_under(version.agreement)]


def _list_unsigned(record: VersionRecord, region: HsaId, *municipalities: HsaId) -> list[HsaId]:
    """List the principals whose signature lacks here: none of those who declare that they signed it elsewhere."""
    awaited = [municipality for municipality in municipalities if municipality not in record.concluded_with]
    parties = (region, *awaited) if awaited or not municipalities else ()
    return [party for party in parties if party not in record.signatures]


def _describe_outside_declarations(record: VersionRecord) -> Iterator[dict[str, Any]]:
    for municipality, declared in list_outside_declarations(record).items():
        yield {
            "municipality": municipality,
            "holds": municipality in record.concluded_with,
            "declared": [each.model_dump(mode="json", exclude={"municipality"}) for each in declared],
        }


def _describe_begun(record: VersionRecord) -> dict[str, Any]:
    """Describe the declarations that wait for more offices of their principal."""
    conclusions = [
        {
            "municipality": begun.municipality,
            "party": begun.party,
            "concluded_on": begun.concluded_on,
            "offices": [each.office for each in begun.given],
        }
        for begun in record.conclusions_begun.values()
    ]
    endings = [
        {"principal": principal, "last_day": begun.last_day, "offices": [each.office for each in begun.given]}
        for principal, begun in record.endings_begun.items()
    ]
    return {"conclusions_begun": conclusions, "endings_begun": endings}


def list_outside_declarations(record: VersionRecord) -> dict[HsaId, list[DeclaredConclusion]]:
    """List by municipality what parties declare of a conclusion outside this record. The first comes first."""
    found: dict[HsaId, list[DeclaredConclusion]] = {}
    for declared in sorted(record.conclusions.values(), key=lambda each: each.declared_at):
        found.setdefault(declared.municipality, []).append(declared)
    return found


def find_periods(version: Version, versions: VersionSet, today: date) -> dict[HsaId, ValidityPeriod]:
    """Find the period in which a version is in force with each municipality: the present one, the next or the last.

    That of a version which is prolonged ends where it can be ended next.
    """
    catalogue, agreement = versions.catalogue, version.agreement
    validity = catalogue.validity_of(agreement.ref)
    found = {bound: catalogue.periods_in_force(agreement, bound) for bound in (validity.periods if validity else ())}
    chosen = {
        bound: next((period for period in periods if period.last is None or period.last >= today), periods[-1])
        for bound, periods in found.items()
        if periods
    }
    prolonged_to = find_next_end(agreement, today)
    return {
        bound: period if period.last is not None else ValidityPeriod(first=period.first, last=prolonged_to)
        for bound, period in chosen.items()
    }


def find_valid_to(version: Version, today: date) -> date | None:
    """Find a version's last day as it stands on a day: prolonged as far as nobody can end it any more, if it is.

    The region's own declaration ends it for every municipality; that of a municipality ends it for that one.
    """
    ends = [stop.last_day for stop in version.record.stops.values() if stop.party is Party.REGION]
    return min(ends, default=find_next_end(version.agreement, today))


def describe_prolongation(version: Version, today: date) -> dict[str, Any] | None:
    """Describe how a version is prolonged, as JSON, with the last day to end it. None if it is not prolonged."""
    rule, valid_to = version.agreement.prolongation, find_valid_to(version, today)
    if rule is None or valid_to is None:
        return None
    is_stopped = any(stop.party is Party.REGION for stop in version.record.stops.values())
    return {
        "period": rule.period,
        "notice": rule.notice,
        "end_by": None if is_stopped else find_notice_day(rule, valid_to),
        "clauses": rule.clauses,
    }


def _status(version: Version, last_days: list[date | None], today: date) -> str:
    if version.record.withdrawn_at is not None:
        return "withdrawn"
    if not version.record.can_be_in_force:
        return "draft"
    valid_to = find_valid_to(version, today)
    is_over = bool(last_days) and all(day is not None and day < today for day in last_days)
    return "ended" if is_over or (valid_to is not None and valid_to < today) else "published"


def list_duties(versions: VersionSet, actor: Actor, today: date) -> Iterator[tuple[Version, LedgerDuty]]:
    """Yield the duties that today's versions in force give the actor's principal."""
    for version in list_versions(versions, actor.county):
        parties = [party for party, period in find_periods(version, versions, today).items() if period.holds(today)]
        if version.record.can_be_in_force and parties:
            for duty in find_version_duties(version.agreement, version.record, parties):
                if not duty.principals or actor.principal in duty.principals:
                    yield version, duty
