"""The routes of the person register: a person's entry and its corrections, residence and listing with their history."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.kernel import Actor, Day, HsaId, Slug, UnitKind
from domain.person import Name, NumberSystem, Person, RegisterFact, RegisterKind, find_number_fault
from domain.refusals import UnknownReference
from service.acts.attempts import ActRequest
from service.acts.persons import NumberTaken, RegisterChange, make_person_id
from service.api.answers import answer_json
from service.api.json_body import JsonBody, JsonBodyOf, JsonRoute
from service.api.parameters import CurrentActor, CurrentServices, IdempotencyKey
from service.bootstrap import Services
from service.http.errors import FaultKind, RequestRefused
from service.http.register import person_registered, refuse_who_reads_nobody, refuse_who_takes_no_part
from service.http.requests import actor_of, register_request, services_of
from service.reads.absence import CaseUnknown


def _refuse_who_reads_nobody(actor: CurrentActor) -> None:
    refuse_who_reads_nobody(actor)


def _refuse_who_takes_no_part(actor: CurrentActor) -> None:
    refuse_who_takes_no_part(actor)


def _takes_a_key(idempotency_key: IdempotencyKey = None) -> None:
    """Describe the header; register_request reads it."""


CHANGES = [Depends(_refuse_who_takes_no_part), Depends(_takes_a_key)]
"""The right to change the register, which is asked before anything else, and the key of a repeat."""
router = APIRouter(tags=["persons"], route_class=JsonRoute, dependencies=[Depends(_refuse_who_reads_nobody)])


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ResidenceBody(_Body):
    """A residence (folkbokföring): from which day, and in which county and municipality."""

    valid_from: Day
    county: Slug
    municipality: HsaId | None = None
    """A municipality of your county. Left out for another county, or if it is not known."""
    corrects: UUID | None = None
    """The id of the residence that was wrong. This one takes its place."""


class ListingBody(_Body):
    """A listing (listning): from which day, and at which health centre of your county."""

    valid_from: Day
    unit: HsaId
    corrects: UUID | None = None
    """The id of the listing that was wrong. This one takes its place."""


class EntryBody(_Body):
    """A person's entry: the number with its system, the official name, the date of birth, and the protection."""

    system: NumberSystem
    value: Annotated[str, StringConstraints(max_length=20)]
    family: Name
    given: Name
    birth_date: Day
    protected: bool = False

    def person(self, id: UUID, county: Slug) -> Person:
        """Return the person that the entry describes. Raises RequestRefused for a faulty number."""
        fault = find_number_fault(self.system, self.value)
        if fault is not None:
            raise RequestRefused(FaultKind.VALUE, "INVALID", fault, "give the right number", where=("body.value",))
        return Person(id=id, county=county, **self.model_dump())


@router.post("/persons", status_code=201, dependencies=CHANGES)
def post_person(
    sent: Annotated[JsonBody[EntryBody], Depends(JsonBodyOf(EntryBody))],
    http: HttpRequest,
    services: CurrentServices,
    actor: CurrentActor,
) -> Response:
    """Register a person of your county, and return the opaque id."""
    body = sent.read()
    person = body.person(make_person_id(), actor.county)

    def register(request: ActRequest) -> RegisterChange:
        made = RegisterChange(person=person.id, status=201)
        if not services.person_acts.register(person, made.to_keep(request)):
            raise person_registered("value")
        return made

    return _change(http, body, register)


@router.get("/persons/{person_id}")
def get_person(person_id: UUID, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return a person's entry with those that were wrong before it, and the residences and listings on record.

    Residence and listing of a person with a protected identity are told to nobody.
    """
    return _answer(services, _find(services, actor, person_id))


@router.post("/persons/{person_id}/correct-entry", dependencies=CHANGES)
def post_correction(
    person_id: UUID,
    sent: Annotated[JsonBody[EntryBody], Depends(JsonBodyOf(EntryBody))],
    http: HttpRequest,
    services: CurrentServices,
    actor: CurrentActor,
) -> Response:
    """Correct a person's entry. The wrong one is kept, and the cases of the person follow the right one."""
    body = sent.read()
    _find(services, actor, person_id)
    person = body.person(person_id, actor.county)

    def correct(request: ActRequest) -> RegisterChange:
        made = RegisterChange(person=person_id)
        try:
            if services.person_acts.correct(person, actor, made.to_keep(request)):
                services.clockwork.settle_person(actor.county, person_id, request.clock)
        except NumberTaken:
            raise person_registered("value") from None
        return made

    return _change(http, body, correct)


@router.post("/persons/{person_id}/record-residence", dependencies=CHANGES)
def post_residence(
    person_id: UUID,
    sent: Annotated[JsonBody[ResidenceBody], Depends(JsonBodyOf(ResidenceBody))],
    http: HttpRequest,
    services: CurrentServices,
    actor: CurrentActor,
) -> Response:
    """Record where a person is registered as resident, from a day on."""
    body, directory = sent.read(), services.directories[actor.county]
    if body.municipality is not None and (
        directory.municipality(body.municipality) is None or body.county != actor.county
    ):
        raise _unknown("municipality", "give a municipality of your county, or leave it out for another county")
    return _record(http, person_id, RegisterKind.RESIDENCE, body)


@router.post("/persons/{person_id}/record-listing", dependencies=CHANGES)
def post_listing(
    person_id: UUID,
    sent: Annotated[JsonBody[ListingBody], Depends(JsonBodyOf(ListingBody))],
    http: HttpRequest,
    services: CurrentServices,
    actor: CurrentActor,
) -> Response:
    """Record the health centre at which a person is listed, from a day on."""
    body = sent.read()
    unit = services.directories[actor.county].unit(body.unit)
    if unit is None or unit.kind is not UnitKind.PRIMARY_CARE:
        raise _unknown("unit", "give the HSA-id of a health centre of your county")
    return _record(http, person_id, RegisterKind.LISTING, body)


def _record(http: HttpRequest, person_id: UUID, kind: RegisterKind, body: ResidenceBody | ListingBody) -> Response:
    services, actor = services_of(http), actor_of(http)
    person = _find(services, actor, person_id)

    def record(request: ActRequest) -> RegisterChange:
        _refuse_protected(person)
        known = services.persons.list_facts(person.id)
        right = body.corrects is None or any(fact.id == body.corrects and fact.kind is kind for fact in known)
        fact = RegisterFact(
            id=uuid4(),
            person_id=person.id,
            kind=kind,
            recorded_by=actor.person,
            recorded_unit=actor.unit,
            principal=actor.principal,
            **body.model_dump(),
        )
        made = RegisterChange(person=person.id, fact=fact.id)
        if not right or not services.person_acts.record(fact, made.to_keep(request)):
            raise _unknown("corrects", f"name a {kind} of the person that nobody has corrected")
        return made

    return _change(http, body, record)


def _change(http: HttpRequest, body: BaseModel, change: Callable[[ActRequest], RegisterChange]) -> Response:
    """Change the register once, and answer with the person as the register has the person then."""
    services, actor = services_of(http), actor_of(http)
    request = register_request(http, actor, body.model_dump_json().encode())
    made = services.person_acts.perform(request, lambda: change(request))
    return _answer(services, _find(services, actor, made.person), status=made.status, recorded=made.fact)


def _refuse_protected(person: Person) -> None:
    """Refuse to keep a residence or a listing, which can reveal where a person with a protected identity is."""
    if person.protected:
        raise RequestRefused(
            FaultKind.RULE,
            "IDENTITY_PROTECTED",
            "The identity of the person is protected, and the register keeps no residence or listing",
            "keep it where only those who need it read it",
            where=("person_id",),
        )


def _find(services: Services, actor: Actor, id: UUID) -> Person:
    person = services.persons.get(actor.county, id)
    if person is None:
        raise CaseUnknown
    return person


def _unknown(field: str, remedy: str) -> UnknownReference:
    return UnknownReference(f"The {field} is not known here", rule="SYS-1", remedy=remedy, where=(f"body.{field}",))


def _answer(services: Services, person: Person, *, status: int = 200, recorded: UUID | None = None) -> Response:
    facts = services.persons.list_facts_to_tell(person.county, person.id)
    said: dict[str, Any] = {
        "person": person.model_dump(mode="json"),
        "before": [entry.model_dump(mode="json") for entry in services.persons.list_before(person.id)],
        "facts": [fact.model_dump(mode="json", exclude={"person_id"}) for fact in facts],
    }
    return answer_json(said if recorded is None else said | {"recorded": str(recorded)}, status)
