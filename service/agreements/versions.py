"""Agreement versions as they are asked for and told: their status, signatures, texts, and acts on their records."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from domain.act import Command
from domain.agreements.content import content_of
from domain.agreements.matrix import Answer, Question, without_agreement
from domain.agreements.model import Agreement, Holder
from domain.authoring.background import national, rows
from domain.authoring.publication import digest, text_of
from domain.authoring.validation import read
from domain.directory import Directory
from domain.kernel import Actor, AgreementRef, HsaId
from domain.ledgers.duty import LedgerDuty
from domain.ledgers.versions.acts.additions import ROUTINE
from domain.ledgers.versions.duties import duties
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.state import shipped_record
from domain.versions.terms import municipalities
from service.acts.ledgers import LedgerChange, ledger_change
from service.reads.absence import CaseUnknown
from service.reads.catalogue import Known, LiveCatalogue, Version
from service.record.event_store.committer import Statement

NOT_ON_FILE = "signatures not on file"
"""What is told of a version that came with the package and that not all its parties have signed here (GAV-8-2)."""


def submission(county: str, command: Command, occurred_at: datetime | None) -> LedgerChange:
    """Return the change that submits a text. The text is kept in the transaction of the act."""
    rows = _text_rows(county, command.content["text"])
    return LedgerChange(kind=VERSION_RECORD, commands=[command], occurred_at=occurred_at, rows=rows)


def _text_rows(county: str, text: str) -> tuple[Statement, ...]:
    written = text.encode()
    agreement = read(written)
    if not isinstance(agreement, Agreement):
        return ()  # the decision refuses it
    row = (county, agreement.id, agreement.version, digest(written), written)
    return (("INSERT INTO agreement_text (county, id, version, digest, text) VALUES (%s, %s, %s, %s, %s)", row),)


def change_on(
    version: Version, command: Command, occurred_at: datetime | None, *, if_version: int | None
) -> LedgerChange:
    """Return the change of an act on the record of a version."""
    record, agreement = version.record, version.agreement
    return ledger_change(
        VERSION_RECORD,
        command,
        on=record.id,
        occurred_at=occurred_at,
        if_version=if_version,
        shipped=shipped_record(record.county, agreement.ref) if record.is_shipped else None,
        agreement=agreement,
    )


def version_of(catalogue: LiveCatalogue, actor: Actor, id: str, version: str) -> Version:
    """The version of the actor's county. Raises CaseUnknown where there is none."""
    found = catalogue.version(actor.county, AgreementRef(id=id, version=version))
    if found is None:
        raise CaseUnknown
    return found


def toml_of(found: Version) -> bytes:
    """The text as it was written."""
    return found.text if found.text is not None else text_of(found.agreement.ref)


HOME_NURSING = Question(level="primary", setting="ordinary", profession="nurse")
"""What every agreement of this kind is about, in the words of the national background."""


def kept(directory: Directory) -> dict[str, Any]:
    """Who has the duty where no agreement is in force, and by which national rules (SKR-3-8)."""
    found = without_agreement(rows(national()), HOME_NURSING).answer
    if not isinstance(found, Answer):
        return {"duty": None, "rules": []}
    return {"duty": directory.region.id if found.treatment is Holder.REGION else None, "rules": found.clauses}


def versions_of(known: Known, county: str) -> Iterator[Version]:
    """The county's versions, the earliest first."""
    own = [one for one in known.versions.values() if one.agreement.county == county]
    yield from sorted(own, key=lambda one: (one.agreement.valid_from, str(one.agreement.ref)))


def told(found: Version, known: Known, directory: Directory, today: date) -> dict[str, Any]:
    """A version's status, as JSON: who has signed and who has not, and with whom it is in force from when to when."""
    agreement, record = found.agreement, found.record
    parties = (directory.region.id, *municipalities(agreement, directory))
    terms = known.catalogue.terms_of(agreement.ref)
    periods = terms.periods if terms else {}
    unsigned = [party for party in parties if party not in record.signatures]
    return {
        "ledger": str(record.id),
        "record": record.version,
        "id": agreement.id,
        "version": agreement.version,
        "title": agreement.title,
        "valid_from": agreement.valid_from,
        "valid_to": agreement.valid_to,
        "end_condition": agreement.end_condition,
        "status": _status(found, [period.last for period in periods.values()], today),
        "shipped": record.is_shipped,
        "parties": [{"principal": party, "name": directory.name_of(party)} for party in parties],
        "signatories": agreement.signatories,
        "signatures": [one.model_dump(mode="json") for one in record.signatures.values()],
        "not_signed": unsigned,
        "note": NOT_ON_FILE if record.is_shipped and unsigned else None,
        "in_force_with": {party: period.model_dump(mode="json") for party, period in periods.items()},
        "endings": [one.model_dump(mode="json") for one in record.endings.values()],
        "followed_up_at": record.followed_up_at,
        "local_agreements": [one.model_dump(mode="json") | {"warnings": one.warnings} for one in record.local.values()],
        "local_agreements_proposed": [one.model_dump(mode="json") for one in record.proposals.values()],
        "local_routines": [one.model_dump(mode="json") for one in record.routines.values()],
        "local_routines_missing": _without_routine(found, parties[1:]),
    }


def _status(found: Version, last_days: list[date | None], today: date) -> str:
    if not found.record.is_published:
        return "draft"
    valid_to = found.agreement.valid_to
    over = bool(last_days) and all(day is not None and day < today for day in last_days)
    return "ended" if over or (valid_to is not None and valid_to < today) else "published"


def _without_routine(found: Version, parties: tuple[HsaId, ...]) -> list[HsaId]:
    """The municipalities without a local routine; none where the text asks for no such thing (ORE-3.1.5-5)."""
    if content_of(found.agreement, ROUTINE) is None:
        return []
    with_routine = {routine.municipality for routine in found.record.routines.values()}
    return [party for party in parties if party not in with_routine]


def duties_of(known: Known, actor: Actor, today: date) -> Iterator[tuple[Version, LedgerDuty]]:
    """What the versions in force today wait for from the actor's principal."""
    for found in versions_of(known, actor.county):
        terms = known.catalogue.terms_of(found.agreement.ref)
        bound = [party for party, period in terms.periods.items() if period.holds(today)] if terms else []
        if found.record.is_published and bound:
            for duty in duties(found.agreement, found.record, bound):
                if not duty.principals or actor.principal in duty.principals:
                    yield found, duty
