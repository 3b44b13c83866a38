"""URLs of the FHIR systems and extensions that the plays write and read, as an integrator notes them down."""

from typing import Final

HSA: Final = "urn:oid:1.2.752.29.4.19"
PERSONNUMMER: Final = "http://electronichealth.se/identifier/personnummer"
TASK_CODE: Final = "http://hl7.org/fhir/CodeSystem/task-code"
EPISODE: Final = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"

_KVITTENS: Final = "https://kvittens.example/fhir/"
_CODES: Final = f"{_KVITTENS}CodeSystem/"
_EXTENSIONS: Final = f"{_KVITTENS}StructureDefinition/"

CASE: Final = f"{_KVITTENS}case"
BUSINESS_STATUS: Final = f"{_CODES}business-status"
PLAN_KIND: Final = f"{_CODES}plan-kind"
REFUSAL: Final = f"{_CODES}refusal"
SERVICE: Final = f"{_CODES}service"
TRACK: Final = f"{_CODES}track"

CARE_CONTACT: Final = f"{_EXTENSIONS}care-contact"
CHANNEL: Final = f"{_EXTENSIONS}channel"
DESPITE: Final = f"{_EXTENSIONS}despite"
DISPUTE: Final = f"{_EXTENSIONS}dispute"
GOAL: Final = f"{_EXTENSIONS}goal"
INTERVENTION: Final = f"{_EXTENSIONS}intervention"
NOT_REGULATED: Final = f"{_EXTENSIONS}not-regulated"
PHYSICIAN_CONTACT: Final = f"{_EXTENSIONS}physician-contact"
PLAN_CONTACT: Final = f"{_EXTENSIONS}contact-role"
PLAN_SECTION: Final = f"{_EXTENSIONS}plan-section"
PLAN_TEXT: Final = f"{_EXTENSIONS}plan-text"
RESPONSIBLE_PRINCIPAL: Final = f"{_EXTENSIONS}responsible-principal"
RULE: Final = f"{_EXTENSIONS}rule"
SCOPE: Final = f"{_EXTENSIONS}intervention-scope"
WHERE: Final = f"{_EXTENSIONS}where"


def agreement_uri(id: str, version: str) -> str:
    """Return the canonical URI of an agreement version."""
    return f"{_KVITTENS}agreement/{id}|{version}"
