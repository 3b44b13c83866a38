"""The URIs that Kvittens writes or reads, in one table."""

from typing import Final

from domain.kernel import AgreementRef, Basis
from domain.person import NumberSystem

FHIR_VERSION: Final = "4.0.1"

# --- Sweden (HL7 Sweden base profiles 1.1.0, Inera) ---
PERSONNUMMER: Final = NumberSystem.PERSONNUMMER.value
SAMORDNINGSNUMMER: Final = NumberSystem.SAMORDNINGSNUMMER.value
RESERVNUMMER: Final = NumberSystem.RESERVNUMMER.value
HSA: Final = "urn:oid:1.2.752.29.4.19"
HSA_INERA: Final = "urn:oid:1.2.752.129.2.1.4.1"
"""The other system in use for HSA-ids: read, never written."""
HSA_SYSTEMS: Final = (HSA, HSA_INERA)
ORGANISATION_NUMBER: Final = "urn:oid:2.5.4.97"
PLAN_TYPE: Final = "https://fhir.inera.se/CodeSystem/typeofcareplan-cs"
SE_PATIENT: Final = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient"
SE_ORGANIZATION: Final = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseOrganization"
SE_PRACTITIONER: Final = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePractitioner"
SE_PRACTITIONER_ROLE: Final = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePractitionerRole"

# --- HL7 ---
TASK_CODE: Final = "http://hl7.org/fhir/CodeSystem/task-code"
EPISODE: Final = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"
"""HL7's own extension from a plan, team or request to its EpisodeOfCare."""
RESTFUL_SECURITY: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
PROVENANCE_AGENT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"

# --- Our own ---
BASE: Final = "https://kvittens.example/fhir/"
_CODES: Final = f"{BASE}CodeSystem/"
_EXTENSIONS: Final = f"{BASE}StructureDefinition/"

CASE: Final = f"{BASE}case"
"""The id of the case that a request and its Task belong to. Its acts, timeline and replay have this id."""
ACT_TOPIC: Final = f"{_CODES}topic"
"""The topics of events, as they are stored."""
BUSINESS_STATUS: Final = f"{_CODES}business-status"
CARE_LEVEL: Final = f"{_CODES}care-level"
CARE_ROLE: Final = f"{_CODES}role"
COMMUNICATION_KIND: Final = f"{_CODES}communication-kind"
"""The kinds of Communication: a question and an answer."""
CONTACT_ROLE: Final = f"{_CODES}contact-role"
INTERVENTION_CATEGORY: Final = f"{_CODES}intervention-category"
ORGANISATION_KIND: Final = f"{_CODES}organisation-kind"
UNIT_KIND: Final = f"{_CODES}unit-kind"
PLAN_KIND: Final = f"{_CODES}plan-kind"
PROTECTION: Final = f"{_CODES}protected-identity"
REFUSAL: Final = f"{_CODES}refusal"
SERVICE: Final = f"{_CODES}service"
STATUS_REASON: Final = f"{_CODES}status-reason"
TASK_KIND: Final = f"{_CODES}task-kind"
TASK_DATA: Final = f"{_CODES}task-data"
"""The kinds of output of a Task."""
TRACK: Final = f"{_CODES}track"

RESPONSIBLE_PRINCIPAL: Final = f"{_EXTENSIONS}responsible-principal"
"""The principal (huvudman) that an organisation, a person or a performer acts for."""
CARE_PROVIDER: Final = f"{_EXTENSIONS}care-provider"
"""The care provider (vårdgivare)."""
CARE_RESPONSIBILITY: Final = f"{_EXTENSIONS}care-responsibility"
"""The principals that treat, perform and employ for one intervention, from a time on, with clauses."""
RESPONSIBILITY_REMAINS: Final = f"{_EXTENSIONS}care-responsibility-remains"
"""True if the requesting principal keeps the care responsibility (vårdansvaret kvarstår; eRemiss) for all of the case.

It is left out if the agreement version does not say who answers, or if the answer changes on a later day.
"""
GOAL: Final = f"{_EXTENSIONS}goal"
CHANNEL: Final = f"{_EXTENSIONS}channel"
OTHERWISE: Final = f"{_EXTENSIONS}contact-otherwise"
"""Something else than contact without delay that the request states about the contact."""
NEED_SOURCE: Final = f"{_EXTENSIONS}need-source"
DESPITE: Final = f"{_EXTENSIONS}despite"
"""A case of the person with an open request for the same need, which the author knew of and asked despite."""
COMPOSITE_NEEDS: Final = f"{_EXTENSIONS}composite-needs"
PHYSICIAN_CONTACT: Final = f"{_EXTENSIONS}physician-contact"
CARE_CONTACT: Final = f"{_EXTENSIONS}care-contact"
INTERVENTION: Final = f"{_EXTENSIONS}intervention"
"""An intervention besides its text: key, profession, kind, advanced or not, and levels of order and performance."""
SCOPE: Final = f"{_EXTENSIONS}intervention-scope"
SHARED_RESPONSIBILITY: Final = f"{_EXTENSIONS}shared-responsibility"
PLAN_LINE: Final = f"{_EXTENSIONS}plan-line"
"""An intervention in a plan besides its text: kind of line, task with a drug, kind of performer, competence."""
PARTY: Final = f"{_EXTENSIONS}party"
PLAN_SECTION: Final = f"{_EXTENSIONS}plan-section"
PLAN_CONTACT: Final = f"{_EXTENSIONS}contact-role"
PLAN_TEXT: Final = f"{_EXTENSIONS}plan-text"
"""The digest of a plan's text. Who agrees to the text sends it back as it was read."""
PLAN_STATUS: Final = f"{_EXTENSIONS}plan-status"
PLAN_DRAFT: Final = f"{_EXTENSIONS}plan-draft"
"""The draft of a plan that is under revision, as a reference to a contained CarePlan."""
PLAN_AGREEMENT: Final = f"{_EXTENSIONS}plan-agreement"
"""A party's agreement to the plan as it now reads: the person, their role and the time."""
PLAN_FOLLOW_UP: Final = f"{_EXTENSIONS}plan-follow-up"
REFERRAL_STATUS: Final = f"{_EXTENSIONS}referral-status"
ENROLMENT_STATUS: Final = f"{_EXTENSIONS}enrolment-status"
ASSESSMENT: Final = f"{_EXTENSIONS}assessment"
RESOLUTION: Final = f"{_EXTENSIONS}resolution"
PROCEDURE_STEP: Final = f"{_EXTENSIONS}procedure-step"
DISPUTE: Final = f"{_EXTENSIONS}dispute"
"""The disagreement (oenighet) that is open, as a reference to its Task."""
ACCEPTED_BY: Final = f"{_EXTENSIONS}accepted-by"
"""A party that has accepted. A Task is accepted when both have."""
DECLINED_BY: Final = f"{_EXTENSIONS}declined-by"
"""A party that has declined. A Task is rejected when both have."""
DERIVED_GROUND: Final = f"{_EXTENSIONS}derived-ground"
"""A clause from which a ground follows, though the text does not state it in plain words."""
NOT_REGULATED: Final = f"{_EXTENSIONS}not-regulated"
"""A question on which the agreement version is silent."""
ACT: Final = f"{_EXTENSIONS}act"
"""The id of the act that led to an event."""
RULE: Final = f"{_EXTENSIONS}rule"
RULE_TEXT: Final = f"{_EXTENSIONS}rule-text"
"""The rule of an error in words, in Swedish."""
RULE_TEXT_ENGLISH: Final = f"{_EXTENSIONS}rule-text-english"
WHERE: Final = f"{_EXTENSIONS}where"


def agreement_uri(agreement: AgreementRef) -> str:
    """Return the canonical URI of an agreement version."""
    return f"{BASE}agreement/{agreement.id}|{agreement.version}"


def clause_uri(basis: Basis, clause: str) -> str:
    """Return the canonical URI of a clause in the version that has it, or without a version that of the rule alone."""
    agreement = basis.text_of(clause)
    if agreement is None:
        return f"{BASE}rule/{clause}"
    return f"{agreement_uri(agreement)}#{clause}"
