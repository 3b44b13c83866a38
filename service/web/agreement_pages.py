"""The pages on agreements: the county's versions with their records, and one version as a document to be read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.agreements.model import ActRule, Agreement, Exclusion, MatrixRow
from domain.kernel import Actor, legal_day
from domain.ledgers.versions.kind import VERSION_RECORD
from service.agreements import versions as agreements
from service.bootstrap import Services
from service.reads.catalogue import Version
from service.web import labels as words
from service.web import swedish
from service.web.duties import told_duties
from service.web.narration import Teller


def versions_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Every version of the county, with how it stands."""
    known = services.agreements.read_versions()
    found = agreements.list_versions(known, actor.county)
    return {"versions": [_told(services, actor, one) for one in found]}


def version_page(services: Services, actor: Actor, id: str, version: str) -> dict[str, Any]:
    """One version as a document. Raises CaseUnknown."""
    found = agreements.find_version(services.agreements, actor, id, version)
    text = found.agreement
    return {
        "version": _told(services, actor, found),
        "text": text,
        "acts": [row for act, rule in text.acts.items() for row in _act_rows(text, swedish.ACTS[act], rule)],
        "matrix": [_matrix_row(text, row) for row in text.matrix],
        "never": [(_never(text, one), one.clauses) for one in text.never_municipal],
        "track_titles": {track.id: track.title for track in text.tracks},
    }


def _told(services: Services, actor: Actor, found: Version) -> dict[str, Any]:
    today, directory = legal_day(datetime.now(UTC)), services.directories[actor.county]
    known = services.agreements.read_versions()
    told, validity = (
        agreements.describe_version(found, known, directory, today),
        known.catalogue.validity_of(found.agreement.ref),
    )
    waiting = services.duties.list(actor, today)
    mine = [one for one in waiting if one["kind"] == VERSION_RECORD.name and one["ledger"] == told["ledger"]]
    teller = Teller(directory, services.catalogue.agreements)
    return told | {
        "path": f"/agreements/{found.agreement.id}/{found.agreement.version}",
        "text_parties": list(found.agreement.parties.values()),
        "signed": [(teller.name(one.principal), one.signed_at) for one in found.record.signatures.values()],
        "unsigned": [teller.name(one) for one in told["not_signed"]],
        "force": [(teller.name(party), period) for party, period in (validity.periods if validity else {}).items()],
        "local": [(teller.name(one.municipality), one) for one in found.record.local.values()],
        "routines": [(teller.name(one.municipality), one) for one in found.record.routines.values()],
        "ends": [(teller.name(one.principal), one) for one in found.record.endings.values()],
        "duties": told_duties(teller, mine),
    }


def _act_rows(text: Agreement, act: str, rule: ActRule) -> Iterator[dict[str, Any]]:
    yield {"act": act, "track": None, "rule": rule, "who": words.who(rule.by)}
    for track, own in rule.on.items():
        title = next((one.title for one in text.tracks if one.id == track), track)
        yield {"act": act, "track": title, "rule": own, "who": words.who(own.by)}


def _matrix_row(text: Agreement, row: MatrixRow) -> dict[str, Any]:
    return {"row": row, "what": _what(text, row), "where": _where(text, row), "key": words.KEYS.get(row.key or "")}


def _what(text: Agreement, row: MatrixRow) -> list[str]:
    """Which care the row is about; nothing said: any."""
    vocabulary = text.vocabulary
    return [
        *(vocabulary.interventions.get(one, one) for one in row.interventions),
        *(vocabulary.professions.get(one, one) for one in row.professions),
        *(vocabulary.levels.get(one, one) for one in row.levels),
    ]


def _where(text: Agreement, row: MatrixRow) -> list[str]:
    """For whom, and where."""
    vocabulary = text.vocabulary
    said = [vocabulary.settings.get(one, one) for one in row.settings]
    if row.min_age is not None and row.max_age is not None:
        said.append(f"{row.min_age}\N{EN DASH}{row.max_age} år")
    elif row.min_age is not None:
        said.append(f"från {row.min_age} år")
    elif row.max_age is not None:
        said.append(f"till och med {row.max_age} år")
    if row.enrolled is not None:
        said.append("inskriven" if row.enrolled else "inte inskriven")
    if row.single_intervention is not None:
        said.append("punktinsats" if row.single_intervention else "flera insatser")
    return [*said, *(vocabulary.conditions.get(one, one) for one in row.conditions)]


def _never(text: Agreement, one: Exclusion) -> str:
    vocabulary = text.vocabulary
    named: Sequence[str] = [
        *(vocabulary.professions.get(each, each) for each in one.professions),
        *(vocabulary.interventions.get(each, each) for each in one.interventions),
    ]
    return ", ".join(named) or one.id
