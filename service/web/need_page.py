"""The page on which somebody raises a need of a person: its form, and what the form says."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from domain.agreements.content import find_content
from domain.agreements.model import ActorGroup, Agreement
from domain.case.events.referral import CareRequest, NeedSource
from domain.directory import Directory
from domain.intervention import InterventionKind, Profession
from domain.kernel import MOST, Actor, CaseIds, HsaId, Party, Role, Slug, Value
from domain.person import NumberSystem, Person, find_number_fault
from service.bootstrap import Services
from service.web import swedish
from service.web.case_page import person_line
from service.web.narration import make_narrator
from service.web.page_acts import make_form

_LONGEST_KEY = 50


class NeedForm(BaseModel):
    """The form as it was sent. The fields of an intervention stand in lists of the same order."""

    key: str = ""
    need: str = ""
    goal: str = ""
    physician_contact: str = ""
    care_contact: str = ""
    intervention: list[str] = []
    profession: list[str] = []
    kind: list[str] = []
    category: list[str] = []
    otherwise: str = ""
    composite_needs: str = ""
    source: str = NeedSource.PROFESSIONAL
    track: str = ""
    municipality: str = ""
    setting: str = ""
    despite: list[str] = []
    """The open requests that a page has told of, so that the need is raised in spite of them."""
    more: str = ""
    """Not empty if the form asks for another line for an intervention, and for nothing else."""

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """The interventions that have a text: the text, the profession, the kind and the category of each."""
        columns = (self.intervention, self.profession, self.kind, self.category)
        return [row for row in zip(*columns, strict=False) if row[0].strip()]


class NeedContent(Value):
    """The words of the form, as the act takes them."""

    request: CareRequest
    source: NeedSource
    track: Slug | None
    municipality: HsaId | None
    setting: Slug | None
    despite: CaseIds


def read_content(form: NeedForm) -> Mapping[str, Any]:
    """Return what a form says. Raises ValidationError."""
    request = {
        "need": form.need.strip() or None,
        "goal": form.goal.strip() or None,
        "physician_contact": form.physician_contact or None,
        "care_contact": form.care_contact or None,
        "interventions": list(_read_interventions(form)),
        "otherwise": form.otherwise.strip() or None,
        "composite_needs": form.composite_needs != "",
    }
    content = NeedContent.model_validate(
        {
            "request": request,
            "source": form.source,
            "track": form.track or None,
            "municipality": form.municipality or None,
            "setting": form.setting or None,
            "despite": form.despite,
        }
    )
    return dict(content)


def _read_interventions(form: NeedForm) -> Iterator[dict[str, str | None]]:
    """Yield the interventions. The key comes from the category, or from the words if none is chosen."""
    known: set[str] = set()
    for text, profession, kind, category in form.rows[: MOST + 1]:
        key = _make_key(category or text, known)
        known.add(key)
        yield {"key": key, "text": text, "profession": profession, "kind": kind, "category": category or None}


def _make_key(text: str, known: Iterable[str]) -> str:
    """Make a key of words that is not known yet, so that the same words get the same key in another request."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_KEY].strip("-") or "insats"
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in known else next(each for each in numbered if each not in known)


def find_person(services: Services, actor: Actor, number: str) -> Person | None:
    """Find the person of the actor's county with a number, in any system that such a number can be of."""
    value = re.sub(r"[\s\N{HYPHEN-MINUS}]", "", number).upper()
    systems = [system for system in NumberSystem if find_number_fault(system, value) is None]
    found = (services.persons.find(actor.county, system, value) for system in systems)
    return next((person for person in found if person is not None), None)


def build_need_page(
    services: Services, actor: Actor, person: Person, form: NeedForm | None = None, notice: str | None = None
) -> dict[str, Any]:
    """Build the values of the page: the form as it was sent, or an empty one, and the person's open requests."""
    form = form or NeedForm(key=make_form().key)
    directory = services.directories[actor.county]
    own = actor.principal if actor.party is Party.MUNICIPALITY else None
    agreement = services.catalogue.in_force(actor.county, datetime.now(UTC), own)
    return {
        "patient_id": person.id,
        "person_line": person_line(person),
        "form": form,
        "notice": notice,
        "open": _name_open_requests(services, actor, person.id, agreement),
        "rows": [*form.rows, ("", Profession.NURSE, InterventionKind.MEDICAL, "")],
        "professions": {each: swedish.capitalise(swedish.ROLES[each]) for each in Profession},
        "kinds": {each: swedish.VALUES["kind"][each] for each in InterventionKind},
        "sources": {each: swedish.VALUES["source"][each] for each in NeedSource},
        "categories": _sort(agreement.vocabulary.interventions) if agreement else {},
        "settings": _sort(agreement.vocabulary.settings) if agreement else {},
        "tracks": {track.id: track.title for track in agreement.tracks} if agreement else {},
        "municipalities": {each.id: each.name for each in directory.municipalities} if own is None else {},
        "physicians": _name_staff(directory, actor, _find_group(agreement, "physician_contact"), (Role.PHYSICIAN,)),
        "contacts": _name_staff(directory, actor, _find_group(agreement, "care_contact"), _LICENSED),
    }


_LICENSED = tuple(role for role in Role if role.is_licensed or role is Role.COORDINATOR)


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
