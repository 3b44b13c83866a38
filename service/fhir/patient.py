"""Patient: the county's person register. A personal number is looked for by POST alone, since addresses are logged."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from starlette.responses import Response

from domain.kernel import legal_day
from domain.person import NumberSystem, Person, RegisterKind, find_fact
from fhir_profiles import patient
from fhir_profiles.json import to_json
from fhir_profiles.search_values import search_values
from service.acts.attempts import ActRequest
from service.acts.persons import RegisterChange, make_person_id
from service.fhir.answers import bundle, json_response
from service.fhir.body import read_body
from service.fhir.call import Call, Handler
from service.fhir.conditional import read_criteria, refuse_unmet, several_match
from service.fhir.preferences import Return, is_lenient, read_preferred_return
from service.fhir.refusals import bad_parameter
from service.fhir.search import match_items, parameters
from service.fhir.search_criteria import Search, read_search
from service.http.errors import FaultKind, RequestRefused
from service.http.register import person_registered, refuse_who_reads_nobody, refuse_who_takes_no_part
from service.http.requests import register_request
from service.reads.absence import CaseUnknown
from service.reads.search import Match, Span, matches


def for_readers(handle: Handler) -> Handler:
    """Return the handler of a question about a person that first asks if the caller may read about anybody."""

    def answer(call: Call) -> Response:
        refuse_who_reads_nobody(call.actor)
        return handle(call)

    return answer


def read_patient(call: Call) -> Response:
    """Read (R4 http.html#read) the person as the register knows them today, with today's protection."""
    person = _by_id(call, call.id)
    if person is None:
        raise CaseUnknown
    return json_response(call, _render(call, person))


def _render(call: Call, person: Person) -> bytes:
    """Render a person with the residence and listing of today, which are told of nobody with a protected identity."""
    facts = call.services.persons.list_facts_to_tell(person.county, person.id)
    today = legal_day(call.services.clock.now())
    lives, listed = (find_fact(facts, kind, today) for kind in (RegisterKind.RESIDENCE, RegisterKind.LISTING))
    directory = call.services.directories[person.county]
    residence = None
    if lives is not None:
        residence = patient.Residence(
            county=directory.name if lives.county == directory.county else str(lives.county),
            municipality=directory.name_of(lives.municipality) if lives.municipality else None,
            since=lives.valid_from,
        )
    return to_json(patient.render(person, residence=residence, health_centre=listed.unit if listed else None))


def create_patient(call: Call) -> Response:
    """Create (R4 http.html#create) a person; with If-None-Exist return the one who has the number already.

    A repeat with its Idempotency-Key gets the person of the first answer, as the register knows the person today.
    """
    refuse_who_takes_no_part(call.actor)
    person = patient.parse(read_body(call, "Patient"), id=make_person_id(), county=call.actor.county)
    request = register_request(call.http, call.actor, call.content)
    made = call.services.person_acts.perform(request, lambda: _register(call, person, request))
    known = call.services.persons.get(call.actor.county, made.person)
    if known is None:
        raise CaseUnknown
    return _answer(call, known, made.status)


def _register(call: Call, person: Person, request: ActRequest) -> RegisterChange:
    """Register a person, or find the one that If-None-Exist describes or who has the number."""
    criteria = call.http.headers.get("if-none-exist")
    existing = None
    if criteria is not None:
        asked = read_criteria(call, "Patient", criteria)
        refuse_unmet(asked, [search_values(patient.render(person))])
        existing = _only(_found(call, asked))
    if existing is None:
        made = RegisterChange(person=person.id, status=201)
        if call.services.person_acts.register(person, made.to_keep(request)):
            return made
        existing = call.services.persons.find(call.actor.county, person.system, person.value)
    if criteria is None or existing is None:
        raise person_registered("Patient.identifier")
    return call.services.person_acts.keep(request, RegisterChange(person=existing.id))


def search_patients(call: Call) -> Response:
    """Search (R4 http.html#search) by POST to _search, with an identifier or an _id."""
    _refuse_number_in_address(call)
    asked = read_search("Patient", parameters(call), base=call.base, lenient=is_lenient(call.http))
    found = _found(call, asked)
    path = f"{call.base}/Patient"
    entries = match_items(path, ((str(person.id), _render(call, person)) for person in found[: asked.limit]))
    return json_response(call, bundle("searchset", entries, links=[("self", path)], total=len(found)))


def _refuse_number_in_address(call: Call) -> None:
    if any(name.startswith("identifier") for name in call.http.query_params):
        raise RequestRefused(
            FaultKind.BAD_REQUEST,
            "NUMBER_IN_ADDRESS",
            "A personal number never belongs in an address, which is logged and remembered",
            "send the same parameters by POST to Patient/_search, as a form",
            where=("identifier",),
        )


def _found(call: Call, asked: Search) -> list[Person]:
    """Find the persons that meet every criterion. One criterion must name them: nobody leafs through the register."""
    named = [each for each in asked.criteria if each.parameter in {"identifier", "_id"} and not each.absent]
    if not named:
        raise bad_parameter("identifier", "is missing", "say whom you look for, by identifier or _id")
    matched = (_candidates(call, named[0].parameter, match) for match in named[0].alternatives)
    known = {person.id: person for persons in matched for person in persons}
    found = [person for person in known.values() if matches(asked.criteria, search_values(patient.render(person)))]
    return sorted(found, key=lambda person: str(person.id), reverse=asked.order.descending)


def _candidates(call: Call, parameter: str, match: Match | Span) -> Iterator[Person]:
    if not isinstance(match, Match) or match.value is None:
        return
    if parameter == "_id":
        found = [_by_id(call, match.value)]
    else:
        systems = list(NumberSystem) if match.system is None else [match.system]
        found = [call.services.persons.find(call.actor.county, system, match.value) for system in systems]
    yield from (person for person in found if person is not None)


def _by_id(call: Call, id: str) -> Person | None:
    """Find the person with an id, as it is written: another case or form is another id (R4 datatypes.html#id)."""
    try:
        known = UUID(id)
    except ValueError:
        return None
    return call.services.persons.get(call.actor.county, known) if str(known) == id else None


def _only(found: Sequence[Person]) -> Person | None:
    if len(found) > 1:
        raise several_match()
    return found[0] if found else None


def _answer(call: Call, person: Person, status: int) -> Response:
    headers = {"Location": f"{call.base}/Patient/{person.id}"}
    if read_preferred_return(call.http) is Return.MINIMAL:
        return Response(status_code=status, headers=headers)
    return json_response(call, _render(call, person), status, headers)
