"""The pages on which somebody raises a need of a person, or completes a request: their forms, and what they hold."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.agreements.content import find_content
from domain.agreements.model import ActorGroup, Agreement
from domain.case.events.referral import CareRequest, NeedSource
from domain.case.state.case import Case
from domain.directory import Directory
from domain.intervention import InterventionKind, Profession
from domain.kernel import Actor, CaseIds, HsaId, Party, Role, Slug, Value
from domain.person import NumberSystem, Person, find_number_fault
from service.bootstrap import Services
from service.web import swedish
from service.web.case_page import person_line
from service.web.narration import make_narrator
from service.web.page_acts import make_key
from service.web.request_form import InterventionRow, RequestForm

_STAFF = tuple(role for role in Role if role.is_default_staff)
"""The roles among which a contact is chosen, if the agreement names no group."""


class NeedForm(RequestForm):
    """The form that raises a need, as it was sent."""

    source: str = NeedSource.PROFESSIONAL
    track: str = ""
    municipality: str = ""
    setting: str = ""
    despite: list[str] = []
    """The open requests that a page has told of, so that the need is raised in spite of them."""


class SupplementForm(RequestForm):
    """The form that completes a request, as it was sent."""

    version: int = 0
    """The version of the case that the form was filled in from."""


class _NeedContent(Value):
    request: CareRequest
    source: NeedSource
    track: Slug | None
    municipality: HsaId | None
    setting: Slug | None
    despite: CaseIds


def read_need(form: NeedForm) -> Mapping[str, Any]:
    """Return the need that a form tells of, as the act takes it. Raises ValidationError."""
    optional = {name: getattr(form, name) or None for name in ("track", "municipality", "setting")}
    said = {"request": form.read_request(), "source": form.source, "despite": form.despite}
    return dict(_NeedContent.model_validate(said | optional))


def find_person(services: Services, actor: Actor, number: str) -> Person | None:
    """Find the person of the actor's county with a number, in any system that such a number can be of."""
    value = re.sub(r"[\s-]", "", number).upper()
    systems = [system for system in NumberSystem if find_number_fault(system, value) is None]
    found = (services.persons.find(actor.county, system, value) for system in systems)
    return next((person for person in found if person is not None), None)


def build_need_page(
    services: Services, actor: Actor, person: Person, form: NeedForm | None = None, notice: str | None = None
) -> dict[str, Any]:
    """Build the values of the page: the form as it was sent, or an empty one, and the person's open requests."""
    form = form or NeedForm(key=make_key())
    directory = services.directories[actor.county]
    own = actor.principal if actor.party is Party.MUNICIPALITY else None
    agreement = services.catalogue.in_force(actor.county, services.clock.now(), own)
    return _describe_request(directory, actor, agreement, form) | {
        "title": "Ta upp ett behov",
        "back": ("/persons", "Sök en annan person"),
        "action": f"/persons/{person.id}/need",
        "button": "Ta upp behovet ändå" if form.despite else "Ta upp behovet",
        "opens_case": True,
        "person_line": person_line(person),
        "notice": notice,
        "open": _name_open_requests(services, actor, person.id, agreement),
        "sources": {each: swedish.VALUES["source"][each] for each in NeedSource},
        "settings": _sort(agreement.vocabulary.settings) if agreement else {},
        "tracks": {track.id: track.title for track in agreement.tracks} if agreement else {},
        "municipalities": {each.id: each.name for each in directory.municipalities} if own is None else {},
    }


def build_supplement_page(
    services: Services, actor: Actor, case: Case, form: SupplementForm | None = None, notice: str | None = None
) -> dict[str, Any]:
    """Build the values of the page: the form as it was sent, or with the request as it stands."""
    if form is None:
        form = SupplementForm.of(case.referral.request, key=make_key(), version=str(case.version))
    directory = services.directories[actor.county]
    agreement = services.catalogue.in_force(actor.county, services.clock.now(), case.municipality)
    return _describe_request(directory, actor, agreement, form) | {
        "title": "Komplettera vårdbegäran",
        "back": (f"/cases/{case.id}", "Till ärendet"),
        "action": f"/cases/{case.id}/supplement-referral",
        "button": "Spara vårdbegäran",
        "opens_case": False,
        "person_line": person_line(services.persons.get(actor.county, case.patient_id)),
        "notice": notice,
        "open": {},
    }


def _describe_request(
    directory: Directory, actor: Actor, agreement: Agreement | None, form: RequestForm
) -> dict[str, Any]:
    """Describe the part of the form that is the request itself, with the words to choose among.

    What the request names already can be chosen too, or a form that is saved would lose it.
    """
    rows = [*form.rows, InterventionRow("")]
    categories = {row.category: row.category for row in rows if row.category}
    professions = {row.profession: row.profession for row in rows} | {each: swedish.ROLES[each] for each in Profession}
    vocabulary = agreement.vocabulary if agreement is not None else None
    physicians = _name_staff(directory, actor, _find_group(agreement, "physician_contact"), (Role.PHYSICIAN,))
    contacts = _name_staff(directory, actor, _find_group(agreement, "care_contact"), _STAFF)
    return {
        "form": form,
        "rows": rows,
        "professions": {
            each: swedish.capitalise(word)
            for each, word in _sort(professions | (vocabulary.professions if vocabulary else {})).items()
        },
        "kinds": {each: swedish.VALUES["kind"][each] for each in InterventionKind},
        "categories": categories | _sort(vocabulary.interventions if vocabulary else {}),
        "required": _list_required(agreement),
        "physicians": _with_named(directory, physicians, form.physician_contact),
        "contacts": _with_named(directory, contacts, form.care_contact),
    }


def _list_required(agreement: Agreement | None) -> set[str]:
    """List the fields that the agreement wants in a request that is sent, on one of its tracks at least."""
    content = find_content(agreement, "referral") if agreement is not None else None
    return {field.id for field in content.fields if not field.optional} if content is not None else set()


def _sort(words: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(words.items(), key=lambda named: named[1].casefold()))


def _name_open_requests(
    services: Services, actor: Actor, patient_id: UUID, agreement: Agreement | None
) -> dict[UUID, str]:
    """Name the open requests of the actor's principal about a person, by their municipality and track."""
    narrator = make_narrator(services, actor)
    titles = {track.id: track.title for track in agreement.tracks} if agreement else {}
    return {
        found.case_id: ": ".join(
            (
                narrator.name_of(found.municipality) if found.municipality else "Ingen kommun vald",
                titles.get(found.track, found.track),
            )
        )
        for found in services.queries.open_requests(actor, patient_id)
    }


def _find_group(agreement: Agreement | None, field: str) -> ActorGroup | None:
    """Return the group of which the agreement's request names a contact; None if it names no group."""
    content = find_content(agreement, "referral") if agreement is not None else None
    return next((each.who for each in content.fields if each.id == field), None) if content is not None else None


def _name_staff(
    directory: Directory, actor: Actor, group: ActorGroup | None, roles: Sequence[Role]
) -> list[tuple[str, dict[HsaId, str]]]:
    """Name the staff to choose a contact among, by unit: those of the actor's own unit first."""
    units: dict[HsaId, dict[HsaId, str]] = {actor.unit: {}}
    for each in directory.actors:
        if each.role in roles and (group is None or group.is_met_by(each)):
            name = directory.name_of(each.person) or each.person
            units.setdefault(each.unit, {})[each.person] = f"{name}, {swedish.ROLES[each.role]}"
    return [(directory.name_of(unit) or unit, staff) for unit, staff in units.items() if staff]


def _with_named(
    directory: Directory, groups: list[tuple[str, dict[HsaId, str]]], person: HsaId
) -> list[tuple[str, dict[HsaId, str]]]:
    """Return the groups of staff with a person who is named already."""
    is_there = not person or any(person in staff for _, staff in groups)
    return groups if is_there else [*groups, ("Angiven tidigare", {person: directory.name_of(person) or person})]
