"""Cases to measure on, which the use cases decide, record and project as any other case."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import orjson

from domain.kernel import SWEDEN, Actor
from domain.person import NumberSystem, Person
from play.content import (
    CRITERIA,
    DISTRICT_NURSE,
    EKEBY,
    FALLS,
    MUNICIPAL_NURSE,
    PARTS,
    PHYSICIAN,
    TOOK_PART,
    VISIT,
    WOUND,
    make_assessment,
    make_request,
)
from projections.case import fold_case
from service.acts.attempts import ActRequest
from service.acts.bodies import ON_CASES
from service.acts.cases import CaseChange, answer
from service.bootstrap import Services
from service.directory import find_actor
from service.record.event_store.committer import Completion, Save

BODIES = {str(body.name): body for body in ON_CASES}
WHERE_TO_TURN = "Vårdcentralen i Ekeby"
FIRST_DAY = datetime(2025, 4, 1, 8, tzinfo=SWEDEN)


@dataclass
class MeasuredCase:
    """A case under way, with ten minutes between its acts."""

    services: Services
    id: UUID | None = None
    plan: str = ""
    text: str = ""
    """The digest of the plan's text."""
    at: datetime = FIRST_DAY
    enrolled_at: datetime = FIRST_DAY
    events: int = 0
    patient: UUID = field(default_factory=uuid4)
    """The id of the person."""

    def act(self, by: str, name: str, /, **content: Any) -> None:
        """Perform an act with the content of its JSON body."""
        self.at += timedelta(minutes=10)
        act = BODIES[name]
        body = act.body.model_validate(content)
        change = CaseChange(commands=[act.command(body)], on=self.id, answer=answer)
        text = self.services.case_acts.perform(
            ActRequest(actor=_actor(self.services, by), content=b"", clock=self.at), lambda: change
        )
        said = orjson.loads(text)
        self.id, self.events = UUID(said["case"]), said["version"]
        if said["plans"]:
            self.plan, self.text = said["plans"][-1]["id"], said["plans"][-1]["text"]["digest"]

    def __post_init__(self) -> None:
        """Register a person of the case's own, for whom nobody has an open request."""
        self.services.person_acts.register(
            Person(
                id=self.patient,
                county=_actor(self.services, DISTRICT_NURSE).county,
                system=NumberSystem.RESERVNUMMER,
                value=f"R{self.patient.int % 10**11:011d}",
                family="Mätsson",
                given="Maja",
                birth_date=date(1942, 5, 15),
            )
        )

    def request(self) -> None:
        """Perform the four acts of a request's first day."""
        self.act(DISTRICT_NURSE, "raise-need", patient_id=self.patient, request=make_request())
        self.act(DISTRICT_NURSE, "send-referral", receiver=EKEBY)
        self.act(MUNICIPAL_NURSE, "acknowledge-referral")
        self.act(MUNICIPAL_NURSE, "contact-principal")

    def complete(self, *, events: int) -> None:
        """Perform the acts from request to enrolment, and visits until the case has this number of events.

        The last act tells the individual where to turn, which a fact that is recorded late must look at again.
        """
        self.request()
        both = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
        self.act(MUNICIPAL_NURSE, "start-assessment", participants=both)
        for person in (PHYSICIAN, MUNICIPAL_NURSE):
            self.act(person, "record-assessment", **make_assessment("primary", "Venöst bensår utan infektion"))
        self.act(DISTRICT_NURSE, "evaluate-criteria", facts=CRITERIA)
        self.act(DISTRICT_NURSE, "establish-level")
        for person in (DISTRICT_NURSE, MUNICIPAL_NURSE):
            self.act(person, "accept-referral")
        self.act(DISTRICT_NURSE, "initiate-plan")
        self.act(
            MUNICIPAL_NURSE, "hold-planning", form="home", participants=both, participation=TOOK_PART, **self._plan
        )
        for intervention, performer in ((WOUND, "municipality"), (VISIT, "region")):
            line = intervention | {"scope": "several-with-coordination", "performer": performer}
            self.act(DISTRICT_NURSE, "plan-intervention", intervention=line, **self._plan)
        for part, fields in PARTS.items():
            self.act(DISTRICT_NURSE, "record-plan-section", part=part, fields=fields, **self._plan)
        self.act(
            DISTRICT_NURSE, "record-plan-section", part="single-interventions", not_applicable="Inga", **self._plan
        )
        for person, role, holder in CONTACTS:
            self.act(person, "assign-contact-role", role=role, person=holder, **self._plan)
        for person in (PHYSICIAN, MUNICIPAL_NURSE):
            self.act(person, "agree-plan", text=self.text, **self._plan)
        for person in (DISTRICT_NURSE, MUNICIPAL_NURSE):
            self.act(person, "commit-to-enrolment")
        self.act(DISTRICT_NURSE, "assess-risks", risks=[FALLS])
        for aspect in ("competence", "equipment"):
            self.act(MUNICIPAL_NURSE, "confirm-readiness", aspect=aspect)
        self.act(MUNICIPAL_NURSE, "start-enrolment")
        self.enrolled_at = self.at
        while self.events < events - 1:
            self.act(MUNICIPAL_NURSE, "perform-intervention", intervention=WOUND["key"], performer=MUNICIPAL_NURSE)
        self.act(MUNICIPAL_NURSE, "inform-individual", where_to_turn=WHERE_TO_TURN)

    def lengthen(self, *, events: int) -> None:
        """Record the last event again until the case has this number. Only a rebuild then gives it its read models."""
        assert self.id is not None
        *_, event = history = self.services.store.load_case(self.id)
        state = fold_case(None, history)
        assert state is not None
        while self.events < events:
            self.at += timedelta(minutes=10)
            command = uuid4()
            again = {
                "originator_version": event.originator_version + 1,
                "occurred_at": self.at,
                "causation_id": command,
            }
            event = event.model_copy(update=again)
            save = Save(
                command_id=command,
                digest=sha256(command.bytes).digest(),
                case_id=self.id,
                county=state.case.county,
                patient_id=state.case.patient_id,
                region=state.case.region,
                municipality=state.case.municipality,
                expected_version=self.events,
                events=(event,),
                finish=lambda _: Completion(b""),
                clock=self.at,
            )
            self.services.store.submit(save)
            self.events += 1

    @property
    def _plan(self) -> dict[str, str]:
        return {"plan": self.plan}


CONTACTS = (
    (DISTRICT_NURSE, "physician-contact", PHYSICIAN),
    (DISTRICT_NURSE, "care-contact-region", DISTRICT_NURSE),
    (MUNICIPAL_NURSE, "care-contact-municipality", MUNICIPAL_NURSE),
    (MUNICIPAL_NURSE, "coordinator", MUNICIPAL_NURSE),
)


def _actor(services: Services, person: str) -> Actor:
    actor = find_actor(services.directories, person)
    assert actor is not None
    return actor
