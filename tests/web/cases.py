"""Cases of the catalogue's section D in short form, carried out over HTTP, for the tests of the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from domain.kernel import SWEDEN
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, PHYSICIAN, TORA, Caller, patient_id
from tests.scenario import CRITERIA

WOUND = {"key": "bensar", "text": "Omläggning av bensår två gånger i veckan"}
VISIT = {"key": "lakarbesok", "text": "Läkarbesök för uppföljning av sårläkning", "profession": "physician"}
TOOK_PART = {"took_part": True, "note": "Hon deltog själv och vill få vården i hemmet"}


def at(moment: str) -> str:
    """Return a Swedish wall-clock time, as `2025-04-01 09:00`, with its offset."""
    return datetime.fromisoformat(moment).replace(tzinfo=SWEDEN).isoformat()


@dataclass
class LiveCase:
    """A case with its id and its callers, who act in it over HTTP."""

    region: Caller
    physician: Caller
    municipality: Caller
    id: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close every caller."""
        for caller in (self.region, self.physician, self.municipality):
            caller.close()

    def act(self, caller: Caller, moment: str, name: str, **content: Any) -> Any:
        """Do an act, and return its answer."""
        answer = caller.act(self.id, name, at=at(moment), **content)
        assert answer.is_success, (name, answer.text)
        return answer.json()

    def both(self, moment: str, name: str, **content: Any) -> None:
        """Do an act for each party."""
        for caller in (self.region, self.municipality):
            self.act(caller, moment, name, **content)

    @property
    def plan(self) -> str:
        """The id of the plan."""
        replay = self.region.get(f"/api/cases/{self.id}/replay").json()
        return str(next(iter(replay["case"]["plans"])))

    @property
    def dispute(self) -> str:
        """The id of the disagreement."""
        replay = self.region.get(f"/api/cases/{self.id}/replay").json()
        return str(replay["case"]["disputes"][0]["id"])


def new_case(services: Services, address: str) -> LiveCase:
    """Return a case without events, with a district nurse and a physician of the region, and a municipal nurse."""
    return LiveCase(
        region=Caller(services, address, DISTRICT_NURSE),
        physician=Caller(services, address, PHYSICIAN),
        municipality=Caller(services, address, NURSE_A),
    )


def raise_need(services: Services, address: str, moment: str, *, number: str = TORA, need: str = "Bensår") -> LiveCase:
    """Return a case in which the district nurse has raised a need, whatever is open for the person."""
    case, patient = new_case(services, address), patient_id(services, number)
    request = {
        "need": need,
        "goal": "Läkt sår utan infektion",
        "physician_contact": PHYSICIAN,
        "care_contact": DISTRICT_NURSE,
        "interventions": [WOUND],
    }
    answer = case.region.post(
        "/api/cases",
        json={"patient_id": patient, "request": request, "despite": case.region.list_cases(patient)},
        headers={"Kvittens-Demonstration-Clock": at(moment)},
    )
    assert answer.is_success, answer.text
    case.id = answer.json()["case"]
    return case


def make_assessment(level: str, considerations: str) -> dict[str, Any]:
    """Return the content of a party's assessment."""
    return {
        "level": level,
        "interventions": [WOUND | {"party": "municipality"}],
        "participation": TOOK_PART,
        "direction": "Läka såret",
        "content": "Omläggning och kompression",
        "responsibility": "Kommunen lägger om, vårdcentralen följer upp",
        "goals": "Läkt sår",
        "considerations": considerations,
    }


PARTS: dict[str, dict[str, Any]] = {
    "prognosis": {"text": "God med omläggning"},
    "deterioration": {
        "level": "Vårdcentral",
        "direction": "Full behandling",
        "direct-contact": "Vårdcentralens direktnummer",
        "measures": "Ring tjänstgörande sjuksköterska",
        "contacts": "Först sjuksköterskan, sedan vårdcentralen",
        "responsible": "Kommunens sjuksköterska",
    },
    "action-plan": {"text": "Odla och ring vid tecken på infektion"},
    "follow-up": {"when": "2025-06-11", "frequency": "Varannan månad", "responsible": "Båda vårdkontakterna"},
}


def establish_plan(services: Services, address: str) -> LiveCase:
    """Carry out D1 until both parties have agreed to the plan, on 2025-04-10 at 14."""
    case = raise_need(services, address, "2025-04-01 08:00")
    region, physician, municipality = case.region, case.physician, case.municipality
    case.act(region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A)
    refused = region.act(case.id, "acknowledge-referral", at=at("2025-04-01 09:30"))
    assert refused.status_code == 403
    case.act(municipality, "2025-04-02 08:00", "acknowledge-referral")
    case.act(municipality, "2025-04-02 10:00", "contact-principal", note="Ringde vårdcentralen")
    case.act(municipality, "2025-04-03 09:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    case.both("2025-04-03 10:00", "record-assessment", **make_assessment("primary", "Venöst bensår utan infektion"))
    case.act(region, "2025-04-03 11:00", "evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"})
    case.act(region, "2025-04-04 09:00", "establish-level")
    case.both("2025-04-04 10:00", "accept-referral")
    case.act(region, "2025-04-07 09:00", "initiate-plan")
    plan = case.plan
    case.act(
        municipality,
        "2025-04-10 13:00",
        "hold-planning",
        plan=plan,
        form="home",
        participants=[DISTRICT_NURSE, NURSE_A],
        participation=TOOK_PART,
    )
    for intervention, performer in ((WOUND, "municipality"), (VISIT, "region")):
        content = intervention | {"scope": "several-with-coordination", "performer": performer}
        case.act(region, "2025-04-10 13:10", "plan-intervention", plan=plan, intervention=content)
    for part, fields in PARTS.items():
        case.act(region, "2025-04-10 13:20", "record-plan-section", plan=plan, part=part, fields=fields)
    case.act(
        region,
        "2025-04-10 13:30",
        "record-plan-section",
        plan=plan,
        part="single-interventions",
        not_applicable="Inga punktinsatser planeras",
    )
    for role, caller, person in (
        ("physician-contact", region, PHYSICIAN),
        ("care-contact-region", region, DISTRICT_NURSE),
        ("care-contact-municipality", municipality, NURSE_A),
        ("coordinator", municipality, NURSE_A),
    ):
        case.act(caller, "2025-04-10 13:40", "assign-contact-role", plan=plan, role=role, person=person)
    for caller in (physician, municipality):
        case.act(caller, "2025-04-10 14:00", "agree-plan", plan=plan, text=caller.read_text(plan))
    return case


def enrol(case: LiveCase, *, committed: bool = False) -> None:
    """Carry out the start of care at home after the plan, on 2025-04-11 at 9.30, to which both may be committed."""
    municipality = case.municipality
    if not committed:
        case.both("2025-04-11 08:00", "commit-to-enrolment")
    falls = {"key": "falls", "text": "Fall på natten", "measure": "Nattljus och räcke vid sängen"}
    case.act(municipality, "2025-04-11 09:00", "assess-risks", risks=[falls])
    for aspect in ("competence", "equipment"):
        case.act(municipality, "2025-04-11 09:00", "confirm-readiness", aspect=aspect)
    case.act(municipality, "2025-04-11 09:30", "start-enrolment")


def discharge(services: Services, address: str) -> LiveCase:
    """Carry out D1, track 1 from request to discharge.

    The municipality performs from 2025-04-11 09:30 to 2025-06-18 10:00.
    """
    case = establish_plan(services, address)
    region, physician, municipality, plan = case.region, case.physician, case.municipality, case.plan
    enrol(case)
    case.act(region, "2025-05-05 09:00", "revise-plan", plan=plan, reason="Regionen kan samordna")
    case.act(
        municipality, "2025-05-05 09:10", "assign-contact-role", plan=plan, role="coordinator", person=DISTRICT_NURSE
    )
    for caller, moment in ((municipality, "2025-05-05 09:20"), (physician, "2025-05-07 09:00")):
        case.act(caller, moment, "agree-plan", plan=plan, text=caller.read_text(plan))
    case.act(
        region,
        "2025-06-16 14:00",
        "declare-discharge",
        reason="Såret är läkt",
        participation=TOOK_PART,
    )
    case.act(
        municipality, "2025-06-18 10:00", "complete-discharge", where_to_turn="Ekeby vårdcentral, telefon 010-000 01 01"
    )
    return case


LATE_POSITION = "Vår bedömning den 24 mars var att sårbehandlingen kräver specialistkompetens"


def disagree(services: Services, address: str, *, number: str = TORA) -> LiveCase:
    """Carry out D5: a disagreement from 2025-03-24 to 04-04, with a position of 03-24 that is recorded on 04-06."""
    case = raise_need(services, address, "2025-03-20 08:00", number=number, need="Svårläkt bensår")
    region, municipality = case.region, case.municipality
    case.act(region, "2025-03-20 09:00", "send-referral", receiver=MUNICIPALITY_A)
    case.act(municipality, "2025-03-21 08:00", "acknowledge-referral")
    case.act(municipality, "2025-03-21 09:00", "contact-principal")
    case.act(municipality, "2025-03-24 08:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    case.act(region, "2025-03-24 09:00", "record-assessment", **make_assessment("primary", "Venöst bensår"))
    case.act(municipality, "2025-03-24 10:00", "record-assessment", **make_assessment("specialised", "Oklar genes"))
    case.act(region, "2025-03-24 10:30", "evaluate-criteria", facts=CRITERIA)
    case.act(municipality, "2025-03-24 11:00", "raise-disagreement", reason="Särskild kompetens behövs")
    dispute = case.dispute
    case.act(
        region,
        "2025-03-24 13:00",
        "record-position",
        dispute=dispute,
        position="Behovet är på primärvårdsnivå och kan tillgodoses av kommunens sjuksköterska",
    )
    refused = region.act(case.id, "hand-over-intervention", at=at("2025-03-26 10:00"), intervention=WOUND["key"])
    assert refused.status_code in {409, 422}, refused.text
    case.act(
        municipality, "2025-03-28 10:00", "record-procedure-step", dispute=dispute, step="Enhetscheferna har talats vid"
    )
    case.both(
        "2025-04-04 10:00",
        "resolve-disagreement",
        dispute=dispute,
        level="primary",
        performer="municipality",
        conclusion="Primärvårdsnivå efter utbildning i kompressionslindning",
    )
    case.act(
        municipality,
        "2025-04-06 15:00",
        "record-position",
        dispute=dispute,
        position=LATE_POSITION,
        occurred_at=at("2025-03-24 14:00"),
    )
    return case


WARD_NURSE, WARD_PHYSICIAN = "SE2321000000-AVDSSK1", "SE2321000000-AVDLAK1"


def establish_seven_day_plan(services: Services, address: str) -> str:
    """Establish the ward's seven-day plan on the day of discharge, 2025-09-01, and return the case's id."""
    with LiveCase(
        region=Caller(services, address, WARD_NURSE),
        physician=Caller(services, address, WARD_PHYSICIAN),
        municipality=Caller(services, address, NURSE_A),
    ) as case:
        answer = case.region.post(
            "/api/cases",
            json={
                "patient_id": patient_id(services),
                "track": "inpatient-discharge",
                "municipality": MUNICIPALITY_A,
                "request": {"need": "Såromläggning efter operation", "interventions": [WOUND]},
            },
            headers={"Kvittens-Demonstration-Clock": at("2025-09-01 08:00")},
        )
        assert answer.is_success, answer.text
        case.id = answer.json()["case"]
        case.act(case.region, "2025-09-01 08:10", "open-discharge-planning", receiver=MUNICIPALITY_A, colour="red")
        answer = case.act(case.region, "2025-09-01 08:20", "initiate-plan", kind="interim7")
        plan = answer["plans"][-1]["id"]
        parts: dict[str, dict[str, str]] = {
            "discharge": {"date": "2025-09-01"},
            "changed-need": {"text": "Operationssår"},
            "measures": {"text": "Omläggning varannan dag"},
        }
        for part, fields in parts.items():
            case.act(case.region, "2025-09-01 08:30", "record-plan-section", plan=plan, part=part, fields=fields)
        case.act(case.physician, "2025-09-01 08:40", "agree-plan", plan=plan, text=case.physician.read_text(plan))
        return case.id
