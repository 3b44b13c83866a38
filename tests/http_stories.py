"""The stories of `scenario.py` told again over HTTP: each act is sent to a real server, which must answer the same.

The service derives its own ids, finds the version in force and the person's age by itself, and reads the case from its
record. So a story holds here only if the service comes to the same events, or to the same refusal on the same rule.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic_core import to_jsonable_python

from domain.directory import Directory
from domain.kernel import Actor, Event, Refusal, legal_day
from domain.person import NumberSystem, Person
from projections.worklist.items import WorklistItem
from service.bootstrap import Services
from service.http.errors import OF_REFUSALS
from service.http.requests import CLOCK
from tests.live import Caller
from tests.scenario import COUNTIES, PATIENT, Step, Story

Steps = tuple[Step, ...]
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def write_directories(folder: Path) -> Path:
    """Write the directories of the counties of the stories, and return their folder."""
    directories = folder / "directories"
    directories.mkdir()
    for county, people in COUNTIES.items():
        (directories / f"{county}.toml").write_text(_render(people.directory), "utf-8")
    return directories


def _render(directory: Directory) -> str:
    """Return a directory as TOML. Its values are texts and lists of tables of texts."""
    content = directory.model_dump(mode="json", exclude_none=True)
    texts = [f"{name} = {json.dumps(value)}" for name, value in content.items() if isinstance(value, str)]
    for name, rows in content.items():
        if isinstance(rows, list):
            for row in rows:
                texts += [f"[[{name}]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]
    return "\n".join(texts)


def _dump(events: Sequence[Event]) -> list[Any]:
    """Return what events say, without the time that the record gives them."""
    return [[event.TOPIC, str(event.id), event.model_dump(mode="json", exclude={"recorded_at"})] for event in events]


@dataclass
class _ServerCase:
    """A case on the server that follows a story, and the server's ids for the ids in the story."""

    ids: dict[str, str]
    id: str | None = None
    """The case's id; None before it is opened."""

    def translate(self, content: Any) -> Any:
        """Return the content with the server's ids."""
        match content:
            case Mapping():
                return {key: self.translate(value) for key, value in content.items()}
            case str():
                return self.ids.get(content, content)
            case Sequence():
                return [self.translate(value) for value in content]
        return content

    def translate_text(self, text: str) -> str:
        """Return a text in which the story's ids may stand, with the server's."""
        return _ID.sub(lambda id: self.ids.get(id[0], id[0]), text)

    def assert_same(self, told: Any, answered: Any) -> None:
        """Check that an answer says what the story says. An id that is new in the story stands for the server's."""
        if isinstance(told, dict) and isinstance(answered, dict):
            assert told.keys() == answered.keys()
            for key in told:
                self.assert_same(told[key], answered[key])
        elif isinstance(told, list) and isinstance(answered, list):
            assert len(told) == len(answered)
            for one, other in zip(told, answered, strict=True):
                self.assert_same(one, other)
        elif isinstance(told, str) and isinstance(answered, str) and _ID.fullmatch(told) and _ID.fullmatch(answered):
            assert self.ids.setdefault(told, answered) == answered
        else:
            assert told == answered


class Teller:
    """A teller of stories over HTTP. It hears the decisions of a test, and tells each case again."""

    def __init__(self, services: Services, address: str) -> None:
        self._services = services
        self._address = address
        self._callers: dict[tuple[str, str], Caller] = {}
        self._cases: dict[Steps, _ServerCase] = {}
        """The cases that can be told on from, by what was told. A refused act leaves its case as it was."""
        self._numbers = count(1)

    def close(self) -> None:
        """Close every caller."""
        for caller in self._callers.values():
            caller.close()

    def hear(self, story: Story) -> None:
        """Tell the story again, and check that the server gives the same answer to who is responsible."""
        case, readers = self._tell(story), story.state.readers
        actor = next(step.act.actor for step in reversed(story.steps) if step.act.actor.principal in readers)
        answer = self.caller(actor).get(
            f"/api/cases/{case.id}/responsibility", params={"mode": "as-known-now", "at": story.clock.isoformat()}
        )
        said = {
            row["intervention"]: (row["treatment"], row["performer"], row["employer"])
            for row in answer.json()["responsible"]
        }
        named = {name for answers in said.values() for name in answers} & {story.people.a, story.people.b}
        assert story.state.is_ended or named <= set(readers), "who is named can read the case"
        known = story.state.responsibility_at(story.clock)
        assert said == {key: (one.treatment, one.performer, one.employment.employer) for key, one in known.items()}

    def hear_refusal(self, story: Story, step: Step, refusal: Refusal) -> None:
        """Tell the story again, and check that the act after it is refused likewise."""
        case = self._tell(story) if story.steps else self._begin(step, story.born)
        answer = self._send(case, step)
        problem = answer.json()
        if case.id and step.act.actor.principal not in story.state.readers:  # It does not learn of the case.
            assert answer.status_code == 404, problem
            return
        told = [type(refusal).code, refusal.rule, case.translate(list(refusal.where)), OF_REFUSALS[refusal.kind].status]
        assert told == [problem["code"], problem["rule"], problem["where"], answer.status_code], problem

    def hear_items(self, story: Story, items: Sequence[WorklistItem]) -> None:
        """Tell the story again, and check that the worklists of both parties hold these items of the case."""
        case = self._tell(story)
        for actor in story.people.both:
            if actor.principal in story.state.readers:
                answer = self.caller(actor).get("/api/worklist", params={"on": story.clock.isoformat()})
                served = {(item["key"], item["due"]) for item in answer.json() if item.get("case") == case.id}
                told = [item.as_of(story.clock) for item in items if item.principal == actor.principal]
                assert served == {
                    (case.translate_text(item.key), item.due.isoformat() if item.due else None) for item in told
                }

    def find_resources(self, story: Story, kind: str, by: Actor) -> list[dict[str, Any]]:
        """Tell the story again, and return the person's resources of a type as one of the staff reads them."""
        case = self._tell(story)
        answer = self.caller(by).get(f"/fhir/{kind}", params={"patient": case.ids[str(PATIENT)]})
        return [entry["resource"] for entry in answer.json().get("entry", ())]

    def read(self, story: Story, part: str, by: Actor) -> Any:
        """Tell the story again, and return a part of its case, such as the timeline, as one of the staff reads it."""
        return self.caller(by).get(f"/api/cases/{self._tell(story).id}/{part}").json()

    def list(self, story: Story, path: str, by: Actor, **asked: str) -> list[dict[str, Any]]:
        """Tell the story again, and return the rows about its case in a list that one of the staff reads."""
        case = self._tell(story)
        rows = self.caller(by).get(path, params=asked).json()
        return [row for row in rows if row.get("case") == case.id]

    def act(self, story: Story, name: str, by: Actor, **content: Any) -> httpx.Response:
        """Tell the story again, and return the answer to an act after it whose body the story could not tell."""
        path = f"/api/cases/{self._tell(story).id}/{name}"
        return self.caller(by).post(path, json=content, headers={CLOCK: story.clock.isoformat()})

    def _tell(self, story: Story) -> _ServerCase:
        """Return a case on the server that has followed the steps of a story."""
        steps = story.steps
        known = next(length for length in range(len(steps), -1, -1) if not length or steps[:length] in self._cases)
        if known == len(steps):
            return self._cases[steps]
        case = self._cases.pop(steps[:known]) if known else self._begin(steps[0], story.born)
        for step in steps[known:]:
            self._follow(case, step)
        self._cases[steps] = case
        return case

    def _begin(self, step: Step, born: date | None) -> _ServerCase:
        """Register a person of the right age or birthday, with whom a case can begin."""
        age, today = step.act.patient_age, legal_day(step.act.occurred_at)
        assert age is not None, "the register knows the age of everybody"
        person = Person(
            id=uuid4(),
            county=step.act.actor.county,
            system=NumberSystem.RESERVNUMMER,
            value=f"R{next(self._numbers):011d}",
            family="Testsson",
            given="Test",
            birth_date=born or date(today.year - age, today.month, min(today.day, 28)),
        )
        self._services.person_acts.register(person)
        return _ServerCase({str(PATIENT): str(person.id)})

    def _follow(self, case: _ServerCase, step: Step) -> None:
        """Send the act, and check that the server answers the events of the story."""
        answer = self._send(case, step)
        assert answer.is_success, (step.act.name, answer.text)
        case.id = answer.json()["case"]
        recorded = self._services.store.load_case(UUID(case.id))[-len(step.events) :]
        case.assert_same(_dump(step.events), _dump(recorded))
        assert [event.TOPIC for event in recorded] == [event["topic"] for event in answer.json()["events"]]

    def _send(self, case: _ServerCase, step: Step) -> httpx.Response:
        act = step.act
        body = case.translate(to_jsonable_python(step.content))
        if act.occurred_at != act.now:
            body["occurred_at"] = act.occurred_at.isoformat()
        path = f"/api/cases/{case.id}/{act.name}" if case.id else "/api/cases"
        return self.caller(act.actor).post(path, json=body, headers={CLOCK: act.now.isoformat()})

    def caller(self, actor: Actor) -> Caller:
        """Return a caller for one of the staff."""
        key = (actor.person, actor.unit)
        if key not in self._callers:
            self._callers[key] = Caller(self._services, self._address, actor.person, unit=actor.unit)
        return self._callers[key]
