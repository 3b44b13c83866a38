"""The performance of steps by the service: the content is read, decided, refused and recorded as over the JSON face."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from domain.kernel import Refusal
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from service.acts.attempts import ActRequest
from service.acts.bodies import ON_CASES, OfferedAct, on_ledgers
from service.agreements.versions import find_version
from service.api.act_routes import JsonAct
from service.api.ledger_routes import perform_on_ledger, perform_on_version, perform_opening, submit
from service.api.routes import perform_on_case
from service.bootstrap import Services
from service.reads.absence import CaseUnknown
from service.record.event_store.committer import CommandReused
from world.life import Answer, LifeStep

UNKNOWN = "UNKNOWN"
"""The code of the answer to somebody who may not know of a case."""


class LifeBroken(Exception):
    """An act of a life that came out otherwise than the life says. The message names the life and the act."""


class OtherStep(Exception):
    """A step that is on record with another content: another version of the program has grown the world."""


REPEATED = 10
"""Each so many steps of a life, one is sent again, and must get its first answer."""


class Stage:
    """Performs the steps of lives, each under a key of its own. No step is recorded twice."""

    def __init__(self, services: Services, prefix: str) -> None:
        self._services = services
        self._prefix = prefix
        self._begun = services.store.max_position() > 0
        self._offered: dict[ActName, tuple[OfferedAct, Callable[[JsonAct, Any], bytes]]] = {}
        for act in ON_CASES:
            self._offered[act.name] = (act, perform_on_case)
        for act in on_ledgers(VERSION_RECORD):
            self._offered[act.name] = (act, submit if act.opens else self._perform_on_version)
        for kind in SETTLEMENT:
            for act in on_ledgers(kind):
                opens = act.opens or kind.county_ledger or act.name in kind.finders
                self._offered[act.name] = (act, partial(perform_opening if opens else perform_on_ledger, kind))

    def may_begin(self, first: Mapping[str, LifeStep]) -> bool:
        """Return True if the record is empty, or begins with the first step of one of the lives."""
        with self._services.pool.connection() as connection:
            row = connection.execute("SELECT command_id FROM command WHERE first_position = 1").fetchone()
        requests = (self._read(step, life, 1)[1] for life, step in first.items())
        return row is None or any(row[0] == request.command_id for request in requests)

    def perform(self, step: LifeStep, life: str, number: int) -> Answer:
        """Perform a step of a life, and return its answer. Raises LifeBroken, OtherStep."""
        if step.refused is not None and self._begun and self._was_refused(step):
            return {}
        try:
            answer = self._perform(step, life, number)
            if number % REPEATED == 1 and self._perform(step, life, number) != answer:
                raise LifeBroken(f"{_describe(step, life)}: repeated with its key, it gets another answer")
        except (Refusal, CaseUnknown) as error:
            code = error.code if isinstance(error, Refusal) else UNKNOWN
            if code == step.refused:
                return {}
            raise LifeBroken(f"{_describe(step, life)}: refused as {code}: {_detail(error)}") from error
        except CommandReused as error:
            raise OtherStep(_describe(step, life)) from error
        except ValueError as error:
            raise LifeBroken(f"{_describe(step, life)}: cannot be read: {error}") from error
        if step.refused is not None:
            raise LifeBroken(f"{_describe(step, life)}: accepted, but should be refused as {step.refused}")
        return answer

    def _perform(self, step: LifeStep, life: str, number: int) -> Answer:
        command, request, occurred_at = self._read(step, life, number)
        act = JsonAct(self._services, request, command, occurred_at, None)
        target = step.actor.county if step.on is None and step.act not in _ON_CASES else step.on
        _, perform = self._offered[step.act]
        answer: Answer = orjson.loads(perform(act, target))
        return answer

    def _read(self, step: LifeStep, life: str, number: int) -> tuple[Command, ActRequest, datetime | None]:
        """Read a step as the JSON face reads a body: its command, its request and the time at which it happened."""
        offered, _ = self._offered[step.act]
        moment = {"occurred_at": step.occurred_at.isoformat()} if step.occurred_at else {}
        body = offered.body.model_validate(dict(step.content) | moment)
        request = ActRequest(
            actor=step.actor,
            content=f"{step.act} {step.on} {body.model_dump_json()}".encode(),
            clock=step.at,
            idempotency_key=f"{self._prefix} {life} {number}",
        )
        return offered.command(body), request, body.occurred_at

    def _perform_on_version(self, act: JsonAct, target: tuple[str, str]) -> bytes:
        return perform_on_version(act, find_version(self._services.versions, act.request.actor, *target))

    def _was_refused(self, step: LifeStep) -> bool:
        """Return True if the refusal of a step is noted already."""
        with self._services.pool.connection() as connection:
            row = connection.execute(
                "SELECT FROM refusal WHERE recorded_at = %s AND act = %s AND person = %s",
                (step.at, step.act, step.actor.person),
            ).fetchone()
        return row is not None


_ON_CASES = frozenset(act.name for act in ON_CASES)


def _describe(step: LifeStep, life: str) -> str:
    return f"{life}: {step.act} by {step.actor.person} at {step.at:%Y-%m-%d %H:%M}"


def _detail(error: Exception) -> str:
    if not isinstance(error, Refusal):
        return str(error)
    return f"{error.message} [{error.rule}; {error.remedy}; {', '.join(map(str, error.where))}]"
