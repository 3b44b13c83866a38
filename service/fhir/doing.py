"""From what a client sends to what is done: the acts it asks for, and the resources that show what came of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from domain.agreements.model import ActName
from domain.kernel import Instant
from domain.refusals import NotYourPrincipal
from fhir_profiles.issues import unreadable
from fhir_profiles.parsing import Acting
from projections.resources import Key
from projections.view import View
from service.acts.cases import Wish
from service.acts.descriptions import Asked
from service.fhir.call import Call
from service.reads.absence import CaseUnknown
from service.reads.queries import Stored

Shows = Callable[[View], tuple[Key, ...]]
Reached = Callable[[View], None]


@dataclass(frozen=True)
class Shown:
    """One version of a resource that an act led to; this is what is kept of an answer, the rest is read anew."""

    resource_type: str
    resource_id: str
    version: int
    recorded_at: Instant

    @property
    def key(self) -> Key:
        """Its type and id."""
        return self.resource_type, self.resource_id


_SHOWN: TypeAdapter[tuple[Shown, ...]] = TypeAdapter(tuple[Shown, ...])


@dataclass(frozen=True)
class Doing:
    """The acts that resources ask for, when they happened, and what shows them afterwards.

    `reached` refuses acts that are allowed but do not lead to what the resource says; then nothing is recorded.
    """

    wish: Wish
    shows: Shows
    occurred_at: datetime | None = None
    reached: Reached | None = None


def perform(call: Call, doing: Doing) -> tuple[Shown, ...]:
    """Do it, or nothing of it, and say which versions show it. Raises what UseCases.perform raises."""

    def answer(view: View) -> bytes:
        if doing.reached is not None:
            doing.reached(view)
        return _SHOWN.dump_json(tuple(_shown(view, key) for key in doing.shows(view)))

    request = replace(call.request, occurred_at=doing.occurred_at)
    return _SHOWN.validate_json(call.services.use_cases.perform(request, doing.wish, answer))


def repeated(call: Call) -> tuple[Shown, ...] | None:
    """What the first request with this Idempotency-Key led to; None for a new one."""
    first = call.services.attempts.answered(call.request)
    return None if first is None else _SHOWN.validate_json(first)


def _shown(view: View, key: Key) -> Shown:
    one = view.current[key]
    return Shown(one.resource_type, one.resource_id, one.version, one.recorded_at)


def of_stored(found: Stored) -> Shown:
    """A version that stands already."""
    return Shown(found.resource_type, found.resource_id, found.version, found.recorded_at)


def showing(*keys: Key) -> Shows:
    """These resources, whatever happens."""
    return lambda _: keys


def asked(name: ActName, **content: Any) -> Asked:
    """One act with its arguments."""
    return Asked(name, content)


def refuse_for_others(call: Call, named: Acting, where: str, acts: Sequence[ActName], case_id: UUID | None) -> None:
    """Refuse, and record, an act in somebody else's name (SYS-3)."""
    if named.is_of(call.actor):
        return
    refusal = NotYourPrincipal(
        f"{where} names somebody else than the one who asks",
        rule="SYS-3",
        remedy=f"leave {where} out or give your own person, unit and principal; each acts for itself",
        where=(where,),
    )
    call.services.attempts.note_refusal(call.request, list(acts), case_id, refusal)
    raise refusal


def standing(call: Call, key: Key, where: str) -> tuple[UUID, Any]:
    """The case and the present content of a resource that another refers to."""
    found = call.services.queries.current(call.actor, *key)
    if found is None:
        raise unreadable("not-found", where, "there is no such resource that your principal may read; check the id")
    return call.services.use_cases.case_of(key, call.actor), orjson.loads(found.body)


def refuse_other_person(patient_id: UUID, reference: Any, where: str) -> None:
    """Refuse a resource that is about another person than the case it belongs to."""
    if reference != {"reference": f"Patient/{patient_id}"}:
        raise unreadable("business-rule", where, "this is another person than the one that the case is about")


def current(call: Call, key: Key) -> Stored:
    """The resource that is to be changed. Raises CaseUnknown."""
    found = call.services.queries.current(call.actor, *key)
    if found is None:
        raise CaseUnknown
    return found
