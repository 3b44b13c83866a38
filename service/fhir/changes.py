"""Changes: from the resources that a client sends to acts, and to the versions that show them afterwards."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from domain.kernel import Instant
from domain.refusals import NotYourPrincipal
from fhir_profiles.element_reader import NamedActor
from fhir_profiles.issues import unreadable
from projections.case import CaseAfterAct
from projections.resources import ResourceKey, ResourceVersion
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.reads.absence import CaseUnknown
from service.reads.queries import CurrentResource


class VersionRef(NamedTuple):
    """A version of a resource. The answer to a change is kept as such references; the bytes are read anew.

    `found` is True if it was there before the request, which made nothing.
    """

    resource_type: str
    resource_id: str
    version: int
    recorded_at: Instant
    found: bool = False


_REFS: TypeAdapter[tuple[VersionRef, ...]] = TypeAdapter(tuple[VersionRef, ...])


def answer_with(
    keys: Callable[[CaseAfterAct], tuple[ResourceKey, ...]], *, check: Callable[[CaseAfterAct], None] | None = None
) -> Callable[[CaseAfterAct], bytes]:
    """Return a change's answer: references to the versions of these resources after the acts.

    `check` refuses acts that are allowed but do not lead to what the resource says; then nothing is recorded.
    """

    def answer(after: CaseAfterAct) -> bytes:
        if check is not None:
            check(after)
        return _REFS.dump_json(tuple(_ref(after, key) for key in keys(after)))

    return answer


def perform(call: Call, change: Callable[[], CaseChange]) -> tuple[VersionRef, ...]:
    """Make the change, or nothing of it, and return the versions that show it. Raises what CaseActs.perform raises."""
    return _REFS.validate_json(call.services.case_acts.perform(call.request, change))


def answer_once(call: Call, make: Callable[[], tuple[VersionRef, ...]]) -> tuple[VersionRef, ...]:
    """Return what the first request with this Idempotency-Key led to, or else what this one leads to.

    `make` has recorded what it returns, but for what was there before: that is kept here.
    """
    attempts = call.services.attempts

    def answer() -> bytes:
        versions = make()
        said = _REFS.dump_json(versions)
        return attempts.keep_answer(call.request, said) if all(version.found for version in versions) else said

    return _REFS.validate_json(attempts.answer_once(call.request, answer))


def answer_beside(found: VersionRef, change: CaseChange) -> CaseChange:
    """Return the change with an answer that begins with what was there before it."""

    def answer(after: CaseAfterAct) -> bytes:
        return _REFS.dump_json((found, *_REFS.validate_json(change.answer(after))))

    return replace(change, answer=answer)


def _ref(after: CaseAfterAct, key: ResourceKey) -> VersionRef:
    version = after.resources[key]
    return VersionRef(version.resource_type, version.resource_id, version.version, version.recorded_at)


def ref_of(found: ResourceVersion) -> VersionRef:
    """Return the reference to a stored version that was found."""
    return VersionRef(found.resource_type, found.resource_id, found.version, found.recorded_at, found=True)


def find_other_author(call: Call, named: NamedActor, where: str) -> NotYourPrincipal | None:
    """Return the refusal of an act in somebody else's name (SYS-3); None if the caller acts in its own."""
    if named.agrees_with(call.actor):
        return None
    return NotYourPrincipal(
        f"{where} names somebody else than the one who asks",
        rule="SYS-3",
        remedy=f"leave {where} out or give your own person, unit and principal; each acts for itself",
        where=(where,),
    )


def case_and_content(call: Call, key: ResourceKey, where: str) -> tuple[UUID, Any]:
    """Return the case and the present content of a resource to which another refers."""
    found = call.services.queries.current(call.actor, *key)
    if found is None:
        raise unreadable("not-found", where, "there is no such resource that your principal may read; check the id")
    return found.case_id, orjson.loads(found.version.body)


def refuse_other_person(patient_id: UUID, reference: Any, where: str) -> None:
    """Refuse a resource about another person than the one that the case is about."""
    if reference != {"reference": f"Patient/{patient_id}"}:
        raise unreadable("business-rule", where, "this is another person than the one that the case is about")


def current(call: Call, key: ResourceKey) -> CurrentResource:
    """Return the current version of the resource that is to be changed, and its case. Raises CaseUnknown."""
    found = call.services.queries.current(call.actor, *key)
    if found is None:
        raise CaseUnknown
    return found
