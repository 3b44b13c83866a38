"""The pages on agreements: the list of the county's versions, and one version as a document to read."""

from collections.abc import Iterable, Iterator
from typing import Any

from domain.agreements.model import ActName, ActRule, Agreement, Exclusion, MatrixRow
from domain.agreements.subordinate import Subordinate, compose
from domain.kernel import Actor, legal_day
from domain.ledger_permission import name_groups
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.document import LARGEST_DOCUMENT
from domain.versions.state import OfficeSignature
from domain.versions.validity import list_municipalities
from service.agreements.versions import (
    describe_version,
    find_periods,
    find_version,
    list_outside_declarations,
    list_subordinate,
    list_versions,
)
from service.bootstrap import Services
from service.reads.catalogue import Version, VersionSet
from service.web import labels, swedish
from service.web.agreement_words import (
    describe_limit,
    describe_scope,
    describe_signers,
    list_text_duties,
    list_text_plans,
)
from service.web.duties import describe_duties
from service.web.narration import make_narrator
from service.web.page_acts import list_version_forms
from service.web.vocabulary import name_word


def build_versions_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Build the values of the page of the county's versions."""
    versions = list_versions(services.versions.read_versions(), actor.county)
    return {"versions": [_describe(services, actor, version) for version in versions]}


def build_version_page(services: Services, actor: Actor, id: str, version: str) -> dict[str, Any]:
    """Build the values of the page of one version. Raises CaseUnknown."""
    found = find_version(services.versions, actor, id, version)
    text, versions = found.agreement, services.versions.read_versions()
    whole = _with_main(versions, text)
    return {
        "version": _describe(services, actor, found),
        "text": text,
        "whole": whole,
        "quotations": services.documents.quote_clauses(found),
        "acts": [row for act, rule in text.acts.items() for row in _act_rows(whole, act, rule)],
        "matrix": [_matrix_row(whole, row) for row in text.matrix],
        "scope": [fact for fact in describe_scope(text, _name_municipalities(services, actor, text)) if fact[1]],
        "signers": list(describe_signers(text, whole)),
        "plans": list(list_text_plans(text, whole)),
        "asked": list(list_text_duties(text, whole)),
        "limits": [(limit, describe_limit(limit)) for limit in text.deadlines],
        "describe_limit": describe_limit,
        "never": [(_exclusion(whole, exclusion), exclusion.clauses) for exclusion in text.never_municipal],
        "largest_document": LARGEST_DOCUMENT,
        "forms": list_version_forms(services, actor, found),
        "track_titles": {track.id: track.title for track in whole.tracks},
    }


def _name_municipalities(services: Services, actor: Actor, text: Agreement) -> list[str]:
    """Name the municipalities that are parties: by the directory, and those of the text that it does not have."""
    directory = services.directories[actor.county]
    parties = list_municipalities(text, directory)
    own = [municipality for municipality in directory.municipalities if municipality.id in parties]
    known = {word for principal in own for word in (principal.id, principal.name)}
    return [*(principal.name for principal in own), *(name for name in text.municipalities if name not in known)]


def _describe(services: Services, actor: Actor, version: Version) -> dict[str, Any]:
    today, directory = legal_day(services.clock.now()), services.directories[actor.county]
    versions = services.versions.read_versions()
    description = describe_version(version, versions, directory, today)
    agreement, record = version.agreement, version.record
    whole = _with_main(versions, agreement)
    ledger = (VERSION_RECORD.name, description["ledger"])
    duties = [duty for duty in services.duties.list(actor, today) if (duty["kind"], duty["ledger"]) == ledger]
    narrator = make_narrator(services, actor)
    name_of = narrator.name_of
    return description | {
        "path": f"/agreements/{agreement.id}/{agreement.version}",
        "main": _find_mains(versions, agreement),
        "parts": list_subordinate(version, versions),
        "text_parties": list(agreement.parties.values()),
        "signed": [
            (name_of(each.principal), each.signed_at, _name_offices(whole, record.given.get(each.principal, ())))
            for each in record.signatures.values()
        ],
        "half_signed": [
            (name_of(principal), _name_offices(whole, given))
            for principal, given in record.given.items()
            if principal not in record.signatures
        ],
        "unsigned": [name_of(party) for party in description["not_signed"]],
        "force": [(name_of(party), period) for party, period in find_periods(version, versions, today).items()],
        "local": [(name_of(local.municipality), local) for local in record.local.values()],
        "routines": [(name_of(routine.municipality), routine) for routine in record.routines.values()],
        "withdrawn": (name_of(record.submitted_by), record.withdrawn_at)
        if record.submitted_by and record.withdrawn_at
        else None,
        "outside": [
            (name_of(bound), bound in record.concluded_with, [(name_of(each.principal), each) for each in declared])
            for bound, declared in list_outside_declarations(record).items()
        ],
        "outside_begun": [
            (name_of(begun.municipality), begun.concluded_on, _name_offices(whole, begun.given))
            for begun in record.conclusions_begun.values()
        ],
        "documents": [(name_of(document.principal), document) for document in reversed(record.documents)],
        "ends": [(name_of(ending.principal), ending) for ending in record.endings.values()],
        "duties": describe_duties(narrator, duties),
    }


def _find_mains(versions: VersionSet, agreement: Agreement) -> list[Agreement]:
    """Return the versions that a subordinate agreement stands under, the earliest first; none for a main agreement."""
    if not isinstance(agreement, Subordinate):
        return []
    others = (other.agreement for other in list_versions(versions, agreement.county))
    return [other for other in others if not isinstance(other, Subordinate) and agreement.stands_under(other)]


def _with_main(versions: VersionSet, agreement: Agreement) -> Agreement:
    """Return a subordinate agreement with the latest main one, whose words it uses; any other agreement by itself."""
    mains = _find_mains(versions, agreement)
    return compose(mains[-1], [agreement]) if mains and isinstance(agreement, Subordinate) else agreement


def _name_offices(text: Agreement, given: Iterable[OfficeSignature]) -> list[str]:
    """Name the offices in which the staff of a principal have signed."""
    return [labels.name_office(each.office, text.vocabulary.offices) for each in given if each.office]


def _act_rows(text: Agreement, act: ActName, rule: ActRule) -> Iterator[dict[str, Any]]:
    offices = text.vocabulary.offices
    groups = name_groups(act, rule.by)
    who = labels.describe_groups(groups, offices)
    yield {"act": swedish.ACTS[act], "track": None, "rule": rule, "who": who, "alone": _alone(text, rule)}
    titles = {track.id: track.title for track in text.tracks}
    for id, own in rule.on.items():
        who = labels.describe_groups(own.by, offices)
        yield {
            "act": swedish.ACTS[act],
            "track": titles.get(id, id),
            "rule": own,
            "who": who,
            "alone": _alone(text, own),
        }


def _alone(text: Agreement, rule: ActRule) -> str | None:
    """Say which party does a joint act alone, and under which condition."""
    if rule.alone is None:
        return None
    return f"{swedish.PARTIES[rule.alone.party]} ensam, om {name_word(text, 'conditions', rule.alone.when)}"


def _matrix_row(text: Agreement, row: MatrixRow) -> dict[str, Any]:
    care, scope = _care(text, row), _scope(text, row)
    return {"row": row, "what": care, "where": scope, "key": labels.KEYS.get(row.key or "")}


def _care(text: Agreement, row: MatrixRow) -> list[str]:
    """Return the care that the row is about; an empty list means any care."""
    return [
        *(name_word(text, "interventions", id) for id in row.interventions),
        *(name_word(text, "professions", id) for id in row.professions),
        *(name_word(text, "levels", id) for id in row.levels),
    ]


def _scope(text: Agreement, row: MatrixRow) -> list[str]:
    """Return the persons and places that the row is about; an empty list means any."""
    words = [name_word(text, "settings", id) for id in row.settings]
    ages = labels.describe_ages(row.min_age, row.max_age)
    words += [ages] if ages is not None else []
    if row.enrolled is not None:
        words.append("inskriven i hemsjukvården" if row.enrolled else "inte inskriven i hemsjukvården")
    if row.single_intervention is not None:
        words.append("punktinsats" if row.single_intervention else "flera insatser")
    return [*words, *(name_word(text, "conditions", id) for id in row.conditions)]


def _exclusion(text: Agreement, exclusion: Exclusion) -> str:
    words = [
        *(name_word(text, "professions", id) for id in exclusion.professions),
        *(name_word(text, "interventions", id) for id in exclusion.interventions),
    ]
    return ", ".join(words) or exclusion.id
