"""The Swedish words of the pages: what each event says in one sentence, and a label for everything that has a code.

Every event topic has its sentence here; a test holds that.
"""

from collections.abc import Mapping
from datetime import date, datetime

from domain.kernel import SWEDEN

EVENTS: Mapping[str, str] = {
    "referral.need-raised.v1": "tog upp ett behov av kommunal hemsjukvård",
    "referral.supplemented.v1": "kompletterade vårdbegäran",
    "referral.statement-recorded.v1": "dokumenterade för {party_genitive} del: {kind}",
    "referral.circumstance-recorded.v1": "dokumenterade en omständighet: {circumstance}",
    "referral.sent.v1": "skickade vårdbegäran till {receiver}",
    "referral.acknowledged.v1": "kvitterade vårdbegäran",
    "referral.principal-contacted.v1": "tog kontakt med regionen inför gemensam utredning",
    "referral.joint-assessment-started.v1": "inledde den gemensamma utredningen",
    "referral.assessment-recorded.v1": "dokumenterade {party_genitive} medicinska bedömning: {level}",
    "referral.criteria-evaluated.v1": "prövade överenskommelsens kriterier",
    "referral.criteria-exception-proposed.v1": "gick för {party_genitive} del med på undantag från ett kriterium",
    "referral.criteria-exception-agreed.v1": "fullbordade samförståndet om undantag från ett kriterium",
    "referral.joint-consideration-recorded.v1": "dokumenterade för {party_genitive} del den gemensamma bedömningen av"
    " vårdform för {intervention}",
    "referral.care-level-established.v1": "fastställde vårdnivån för båda parter: {level}",
    "referral.disagreement-raised.v1": "anmälde oenighet för {party_genitive} del",
    "referral.position-recorded.v1": "angav {party_genitive} ståndpunkt i oenigheten",
    "referral.procedure-step-recorded.v1": "dokumenterade ett steg i parternas rutin för oenighet",
    "referral.resolution-proposed.v1": "förklarade för {party_genitive} del hur oenigheten ska lösas",
    "referral.disagreement-resolved.v1": "fullbordade lösningen av oenigheten",
    "referral.acceptance-declared.v1": "accepterade vårdbegäran för {party_genitive} del",
    "referral.accepted.v1": "fullbordade accepten: båda parter har accepterat vårdbegäran",
    "referral.decline-declared.v1": "ville för {party_genitive} del avböja vårdbegäran",
    "referral.declined.v1": "fullbordade avböjandet: båda parter har avböjt vårdbegäran",
    "referral.withdrawn.v1": "återtog vårdbegäran",
    "referral.closed.v1": "stängde vårdbegäran",
    "care-plan.initiated.v1": "påbörjade en medicinsk behandlingsplan",
    "care-plan.meeting-held.v1": "dokumenterade samplaneringen tillsammans med den enskilde",
    "care-plan.planning-without-individual-proposed.v1": "ansåg för {party_genitive} del att planering med den enskilde"
    " är uppenbart obehövlig",
    "care-plan.planning-without-individual-agreed.v1": "fullbordade enigheten om att planera utan den enskilde",
    "care-plan.section-recorded.v1": "skrev {party_genitive} ord i planens del {part}",
    "care-plan.contact-role-assigned.v1": "utsåg {person} till {role}",
    "care-plan.intervention-planned.v1": "satte upp en insats i planen, som {performer} ska utföra",
    "care-plan.agreed-by-party.v1": "godkände planen för {party_genitive} del",
    "care-plan.established.v1": "fullbordade planen: den är upprättad av båda parter",
    "care-plan.revision-opened.v1": "öppnade planen för ändring",
    "care-plan.revised.v1": "fullbordade den ändrade planen: båda parter har godkänt den",
    "care-plan.follow-up-recorded.v1": "följde upp planen för {party_genitive} del",
    "care-plan.superseded.v1": "upprättade en nyare plan, som ersatte den här",
    "care-plan.closed.v1": "avslutade planen",
    "enrolment.proposed.v1": "gav genom accepten grund för inskrivning i kommunal hemsjukvård",
    "enrolment.refused.v1": "nekade inskrivning; {keeps} behåller vården",
    "enrolment.withdrawn.v1": "avslutade därmed den föreslagna inskrivningen",
    "enrolment.committed.v1": "förband sig till inskrivningen för {party_genitive} del",
    "enrolment.risk-assessment-recorded.v1": "dokumenterade riskbedömning inför vård i hemmet",
    "enrolment.readiness-confirmed.v1": "bekräftade att {aspect} är säkrad",
    "enrolment.readiness-action-opened.v1": "anmälde att {aspect} saknas och skyndsamt ska åtgärdas",
    "enrolment.started.v1": "skrev in personen i kommunal hemsjukvård",
    "enrolment.intervention-handed-over.v1": "lämnade över insatsen {intervention}",
    "enrolment.handover-accepted.v1": "tog emot insatsen {intervention}",
    "enrolment.task-delegated.v1": "delegerade insatsen {intervention} till {performer}",
    "enrolment.intervention-performed.v1": "dokumenterade att {performer} utförde insatsen {intervention}",
    "enrolment.individual-informed.v1": "informerade den enskilde om vart man vänder sig vid nytt behov",
    "enrolment.discharge-declared.v1": "förklarade för {party_genitive} del att behovet har upphört",
    "enrolment.discharge-contested.v1": "ansåg för {party_genitive} del att behovet kvarstår",
    "enrolment.discharged.v1": "fullbordade utskrivningen: båda parter har skrivit ut personen",
    "enrolment.discharge-information-transferred.v1": "förde för {party_genitive} del över information"
    " till ny vårdform",
    "enrolment.patient-deceased-recorded.v1": "dokumenterade att personen har avlidit",
    "enrolment.residence-change-recorded.v1": "dokumenterade att personen har flyttat",
    "contract.version-submitted.v1": "lade fram en version av överenskommelsen",
    "contract.version-signed.v1": "undertecknade versionen för sin huvudman",
    "contract.version-published.v1": "gav ut versionen, undertecknad av båda parter",
    "contract.ending-declared.v1": "förklarade för sin huvudman att versionen upphör i förtid",
    "contract.follow-up-held.v1": "dokumenterade uppföljningen av överenskommelsen",
    "contract.local-agreement-proposed.v1": "godkände ett lokalt avtal för den egna parten",
    "contract.local-agreement-made.v1": "fullbordade det lokala avtalet: båda parter har godkänt det",
    "contract.local-routine-published.v1": "gav ut en lokal rutin",
}
"""What the actor did, after the actor's name. Words in braces are filled from what the event says."""

STATUSES: Mapping[str, Mapping[str, str]] = {
    "referral": {
        "need-raised": "Behov upptaget, inte skickat",
        "sent": "Skickad, väntar på kvittens",
        "acknowledged": "Kvitterad",
        "in-contact": "Kontakt tagen",
        "assessing": "Gemensam utredning pågår",
        "level-established": "Vårdnivå fastställd",
        "disputed": "Oenighet",
        "accepted": "Accepterad av båda parter",
        "declined": "Avböjd av båda parter",
        "withdrawn": "Återtagen",
        "closed": "Stängd",
    },
    "care-plan": {
        "initiated": "Påbörjad",
        "meeting-held": "Samplanering hållen",
        "drafting": "Under skrivning",
        "agreed-by-one": "Godkänd av en part",
        "established": "Upprättad",
        "under-revision": "Gäller; ändring skrivs",
        "superseded": "Ersatt av en nyare plan",
        "closed": "Avslutad",
    },
    "enrolment": {
        "proposed": "Väntar på att parterna förbinder sig",
        "committed-by-one": "En part har förbundit sig",
        "committed": "Båda parter har förbundit sig",
        "active": "Inskriven",
        "discharge-pending": "Utskrivning väntar på den andra parten",
        "discharged": "Utskriven",
        "refused": "Inskrivning nekad",
        "withdrawn": "Återtagen före inskrivning",
        "ended-by-death": "Avslutad, avliden",
    },
}

PARTIES: Mapping[str, str] = {"region": "regionen", "municipality": "kommunen"}
GENITIVES: Mapping[str, str] = {"region": "regionens", "municipality": "kommunens"}

ROLES: Mapping[str, str] = {
    "physician": "läkare",
    "nurse": "sjuksköterska",
    "occupational-therapist": "arbetsterapeut",
    "physiotherapist": "fysioterapeut",
    "care-staff": "omvårdnadspersonal",
    "coordinator": "samordnare",
    "auditor": "granskare",
    "system": "Kvittens",
}

ASPECTS: Mapping[str, str] = {"competence": "kompetensen", "equipment": "den medicintekniska utrustningen"}

CONTACT_ROLES: Mapping[str, str] = {
    "physician-contact": "fast läkarkontakt",
    "care-contact-region": "fast vårdkontakt från regionen",
    "care-contact-municipality": "fast vårdkontakt från kommunen",
    "coordinator": "samordningsansvarig vårdkontakt",
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "party": {"region": "Regionen", "municipality": "Kommunen"},
    "performer": {"region": "Regionen", "municipality": "Kommunen"},
    "keeps": {"region": "Regionen", "municipality": "Kommunen"},
    "level": {"primary": "primärvårdsnivå", "specialised": "specialiserad vård"},
    "role": CONTACT_ROLES,
    "aspect": {"competence": "Kompetens", "equipment": "Medicinteknisk utrustning"},
    "source": {"professional": "Vårdpersonal", "individual": "Den enskilde", "relative": "Anhörig"},
    "channel": {"lifecare-sp": "Lifecare SP", "telephone": "Telefon", "referral": "Remiss"},
    "profession": ROLES,
    "kind": {"medical": "Medicinsk", "rehabilitative": "Rehabiliterande"},
    "scope": {"single": "Punktinsats", "several-with-coordination": "Flera insatser med samordning från kommunen"},
    "form": {"home": "I hemmet", "digital": "Digitalt", "facility": "På vårdinrättning"},
}
"""Swedish for what a field can say, by the field's name. `reason` of a closed plan and a withdrawal: see REASONS."""

REASONS: Mapping[str, str] = {
    "by-sender": "Avsändaren tog tillbaka den",
    "death": "Dödsfall",
    "move": "Flytt",
    "individual-refuses": "Den enskilde avböjer",
    "discharge": "Utskrivning",
    "discharged": "Utskrivning",
}

FIELDS: Mapping[str, str] = {
    "action-plan": "Handlingsplan",
    "advanced": "Avancerad insats",
    "aspect": "Vad",
    "by": "Ersatt av plan",
    "category": "Slag",
    "channel": "Kanal",
    "care_contact": "Fast vårdkontakt",
    "composite_needs": "Förtur vid sammansatta behov",
    "conclusion": "Slutsats",
    "considerations": "Medicinska överväganden",
    "content": "Vårdens innehåll",
    "criterion": "Kriterium",
    "deceased_on": "Avliden den",
    "direction": "Vårdens inriktning",
    "due": "Skulle ske senast",
    "effective_from": "Gäller från och med",
    "finding": "Iakttagelse",
    "form": "Form",
    "gap": "Vad som saknas",
    "goal": "Mål",
    "goals": "Målsättningar",
    "identifiers": "Beteckningar i andra system",
    "intervention": "Insats",
    "interventions": "Insatser",
    "keeps": "Behåller vården",
    "kind": "Typ",
    "late": "Efter tidsgränsen",
    "level": "Vårdnivå",
    "means": "Hur",
    "measure": "Åtgärd",
    "moved_on": "Flyttade den",
    "municipality": "Kommun",
    "need": "Behov",
    "new_care_form": "Ny vårdform övervägs",
    "next_on": "Nästa uppföljning",
    "not_applicable": "Inte tillämpligt, eftersom",
    "note": "Anteckning",
    "participants": "Deltagare",
    "participation": "Den enskildes delaktighet",
    "party": "Part",
    "performer": "Utförare",
    "person": "Person",
    "physician_contact": "Fast läkarkontakt",
    "position": "Ståndpunkt",
    "principal": "Huvudman",
    "profession": "Profession",
    "reason": "Skäl",
    "receiver": "Mottagare",
    "region": "Region",
    "request": "Vårdbegäran",
    "resolution": "Lösning",
    "responsibility": "Ansvarsfördelning",
    "responsible": "Ansvarig",
    "risks": "Risker",
    "role": "Kontakt",
    "scope": "Omfattning",
    "shared": "Delat ansvar",
    "source": "Behovet kom från",
    "step": "Steg",
    "system": "System",
    "text": "Text",
    "to": "Till",
    "took_part": "Deltog",
    "track": "Spår",
    "value": "Värde",
    "where_to_turn": "Vart man vänder sig",
}
"""What a field of an event is called; a part of a plan has its name from the agreement."""

WAITING: Mapping[str, str] = {
    "send-referral": "Skicka vårdbegäran",
    "acknowledge": "Kvittera vårdbegäran",
    "contact": "Ta kontakt med regionen",
    "start-assessment": "Inleda gemensam utredning",
    "assess": "Dokumentera sin bedömning",
    "evaluate-criteria": "Pröva kriterierna",
    "agree-exception": "Ta ställning till undantag från kriterium",
    "consider-jointly": "Bedöma vårdform gemensamt",
    "settle-levels": "Enas om vårdnivå, eller anmäla oenighet",
    "establish-level": "Fastställa vårdnivå",
    "answer-decline": "Ta ställning till att avböja vårdbegäran",
    "settle-decision": "Enas om att acceptera eller avböja vårdbegäran",
    "accept": "Acceptera eller avböja vårdbegäran",
    "resolve-disagreement": "Lösa oenigheten",
    "joint-planning": "Samplanera",
    "plan-without-individual": "Ta ställning till att planera utan den enskilde",
    "agree-plan": "Godkänna planen",
    "follow-up": "Följa upp planen",
    "commit": "Förbinda sig till inskrivningen",
    "start-enrolment": "Skriva in personen",
    "readiness": "Åtgärda innan vård ges i hemmet",
    "accept-handover": "Ta emot insats",
    "residence-not-regulated": "Ta ställning till flytten, som överenskommelsen inte reglerar",
    "complete-discharge": "Skriva ut personen, eller invända",
    "transfer-information": "Föra över information till ny vårdform",
}
"""What a worklist item asks for, by its key before any colon."""

ACTS: Mapping[str, str] = {
    "submit-version": "Lägga fram en version av överenskommelsen",
    "sign-version": "Underteckna en version",
    "publish-version": "Ge ut en version",
    "end-version": "Avsluta en version i förtid",
    "hold-follow-up": "Följa upp överenskommelsen",
    "agree-local-agreement": "Godkänna ett lokalt avtal",
    "publish-local-routine": "Ge ut en lokal rutin",
    "raise-need": "Ta upp behov",
    "supplement-referral": "Komplettera vårdbegäran",
    "send-referral": "Skicka vårdbegäran",
    "acknowledge-referral": "Kvittera vårdbegäran",
    "contact-principal": "Ta kontakt med regionen",
    "start-assessment": "Inleda gemensam utredning",
    "record-assessment": "Dokumentera bedömning",
    "evaluate-criteria": "Pröva kriterier",
    "agree-exception": "Gå med på undantag från kriterium",
    "consider-jointly": "Bedöma vårdform gemensamt",
    "establish-level": "Fastställa vårdnivå",
    "raise-disagreement": "Anmäla oenighet",
    "record-position": "Ange ståndpunkt",
    "record-procedure-step": "Dokumentera steg i rutinen för oenighet",
    "resolve-disagreement": "Lösa oenighet",
    "accept-referral": "Acceptera vårdbegäran",
    "decline-referral": "Avböja vårdbegäran",
    "withdraw-referral": "Återta vårdbegäran",
    "close-referral": "Stänga vårdbegäran",
    "initiate-plan": "Påbörja plan",
    "hold-planning": "Samplanera",
    "plan-without-individual": "Planera utan den enskilde",
    "record-plan-section": "Skriva del av plan",
    "plan-intervention": "Sätta upp insats i plan",
    "assign-contact-role": "Utse kontakt",
    "agree-plan": "Godkänna plan",
    "revise-plan": "Öppna plan för ändring",
    "follow-up-plan": "Följa upp plan",
    "commit-to-enrolment": "Förbinda sig till inskrivning",
    "refuse-enrolment": "Neka inskrivning",
    "start-enrolment": "Skriva in",
    "assess-risks": "Bedöma risker",
    "confirm-readiness": "Bekräfta att kompetens eller utrustning är säkrad",
    "open-readiness-action": "Anmäla att kompetens eller utrustning saknas",
    "hand-over-intervention": "Lämna över insats",
    "accept-handover": "Ta emot insats",
    "delegate-task": "Delegera insats",
    "perform-intervention": "Dokumentera utförd insats",
    "declare-discharge": "Förklara att behovet har upphört",
    "contest-discharge": "Invända mot utskrivning",
    "complete-discharge": "Fullborda utskrivning",
    "inform-individual": "Informera den enskilde",
    "transfer-information": "Föra över information",
    "record-death": "Dokumentera dödsfall",
    "record-move": "Dokumentera flytt",
    "record-statement": "Dokumentera en uppgift",
    "record-circumstance": "Dokumentera en omständighet",
    "propose-handover": "Föreslå överlämnande från specialiserad vård",
    "open-discharge-planning": "Öppna utskrivningsplanering",
    "start-rehab-assessment": "Inleda bedömning av rehabiliteringsbehov",
    "grant-departure": "Medge avsteg",
    "withdraw-disagreement": "Återta anmäld oenighet",
    "escalate-disagreement": "Lyfta oenigheten",
    "close-plan": "Avsluta plan",
    "lapse-plan": "Konstatera att planen har förfallit",
    "transfer-orderer": "Överlåta ordinationsansvaret",
    "assess-self-care": "Bedöma egenvård",
    "hand-over-self-care": "Lämna över utförandet av egenvård",
    "move-self-care": "Flytta ansvaret för egenvård",
    "propose-enrolment": "Föreslå inskrivning",
    "record-home-visit": "Dokumentera hembesök",
    "record-hours": "Redovisa utförda timmar",
}
"""What each act is called; also what an act that is not regulated is called."""

SILENCES: Mapping[str, str] = {"care-of-deceased": "Omhändertagande av avliden", "move": "Flytt"}
"""What a version can be silent about besides acts."""

REFUSALS: Mapping[str, str] = {
    "TEXT_FAULTY": "överenskommelsens text har fel",
    "VERSION_EXISTS": "versionen finns redan",
    "NOT_PARTY_OF_AGREEMENT": "kommunen är inte den part i överenskommelsen som det gäller",
    "END_CONDITION_MISSING": "villkoret för att upphöra i förtid anges inte",
    "PRINCIPAL_NOT_STATED": "vem som är huvudman anges inte",
    "PRINCIPAL_WRONG": "den huvudmannen går inte ihop med samarbetsformen",
    "RESPONSIBILITY_UNCOVERED": "ett område saknar ansvarig vårdgivare",
    "TERMS_DIFFER": "parterna har inte godkänt samma sak",
    "ACTOR_NOT_ALLOWED": "Rollen eller enheten får inte göra detta enligt överenskommelsen",
    "ACTOR_NOT_RECEIVER": "Bara den mottagande kommunen får kvittera",
    "AGE_NOT_COVERED": "Ålderskriteriet är inte uppfyllt och inget undantag är överenskommet",
    "ASSESSMENT_CONTENT_MISSING": "Bedömningen saknar något som överenskommelsen kräver",
    "ASSESSMENT_REQUIRED": "Vårdbegäran kan inte avböjas eller stängas utan bedömning",
    "CONTENT_MISSING": "Något som överenskommelsen kräver saknas",
    "CONSENT_MISSING": "Den enskilde har inte samtyckt",
    "COST_AGREEMENT_MISSING": "Det finns ingen överenskommelse om kostnaden",
    "EXCEPTION_GROUND_INVALID": "Avsteget saknar en grund som överenskommelsen medger",
    "INTRODUCTION_REQUIRED": "Introduktion hos patienten saknas",
    "PRECONDITION_MISSING": "Något som ska finnas dessförinnan saknas",
    "REASSESSMENT_REQUIRED": "En ny bedömning av egenvården saknas",
    "ROLE_MISSING": "Ingen har utsetts till en roll som ska finnas",
    "SIP_REQUIRED": "Det finns ingen upprättad SIP",
    "TRACK_REQUIRED": "Spåret är inte angivet",
    "CRITERION_NOT_CONSIDERED": "Ett kriterium har inte prövats",
    "CRITERION_NOT_MET": "Ett kriterium är inte uppfyllt och inget undantag är överenskommet",
    "DISPUTE_OPEN": "Utförandet flyttas inte medan parterna är oense",
    "EXCEPTION_NEEDS_CONSENSUS": "Undantag från ett kriterium kräver samförstånd",
    "FACT_MISSING": "En uppgift som kriteriet prövas på saknas",
    "FACT_REFUSED": "En uppgift till kriteriet kan inte användas",
    "HEADER_INVALID": "Ett fält i anropets huvud kan inte användas",
    "CONTENT_NOT_KNOWN": "Överenskommelsen har ingen sådan del, uppgift eller roll",
    "CONTENT_INVALID": "Handlingen innehåller något som inte kan registreras",
    "MOMENT_IN_FUTURE": "Det som blir känt framöver kan inte visas",
    "PARAMETER_UNKNOWN": "En parameter i anropet finns inte",
    "INFORMATION_DUTY_OPEN": "Den enskilde har inte informerats om vart man vänder sig",
    "JOINT_ASSESSMENT_MISSING": "Bara den ena partens bedömning finns",
    "JOINT_CONSIDERATION_MISSING": "Parterna har inte bedömt den avancerade insatsen tillsammans",
    "NEVER_MUNICIPAL": "Detta kan aldrig bli kommunens ansvar",
    "NOT_MUNICIPAL": "Ansvarsfördelningen ger inte insatsen till kommunen",
    "NOT_PARTY": "Huvudmannen är inte part i ärendet",
    "NOT_READY": "Kompetens eller utrustning är inte säkrad, eller en risk är inte åtgärdad",
    "NOT_RETROACTIVE": "En lösning gäller tidigast från sin egen dag",
    "NOT_YOUR_PRINCIPAL": "Handlingen gäller en annan huvudmans uppgift",
    "NO_AGREEMENT_IN_FORCE": "Ingen överenskommelse gällde vid tidpunkten",
    "NO_DELEGATION": "Utföraren saknar legitimation och delegering",
    "NO_EXCEPTION_IN_POLICY": "Överenskommelsen medger inget undantag från kriteriet",
    "OCCURRED_IN_FUTURE": "Tidpunkten ligger i framtiden",
    "OCCURRED_TOO_EARLY": "Tidpunkten ligger före det som handlingen bygger på",
    "OTHER_PARTY_MISSING": "Den andra parten har inte gjort sin del",
    "PLAN_CONTENT_MISSING": "Planen saknar något som överenskommelsen kräver",
    "PLAN_PARTY_MISSING": "Någon som ska upprätta planen saknas",
    "PLAN_REQUIRED": "Det finns ingen upprättad plan",
    "POSITIONS_DIFFER": "Parternas bedömningar skiljer sig",
    "REFERRAL_CONTENT_MISSING": "Vårdbegäran saknar något som överenskommelsen kräver",
    "RESOLUTIONS_DIFFER": "Parternas förslag till lösning skiljer sig",
    "UNKNOWN_REFERENCE": "Något som handlingen hänvisar till finns inte",
    "WRONG_STATE": "Handlingen passar inte ihop med hur långt ärendet har kommit",
}
"""Why an act was refused, by code."""

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]


def day(on: date) -> str:
    """A day in words, as `4 april 2025`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime) -> str:
    """An instant in Swedish local time, as `4 april 2025 kl. 09.05`."""
    local = at.astimezone(SWEDEN)
    return f"{day(local)} kl. {local:%H.%M}"


def days(number: int) -> str:
    """A number of days in words."""
    return f"{number} dag" if number == 1 else f"{number} dagar"


def waiting(key: str) -> tuple[str, str]:
    """What a worklist item asks for, and what it concerns, if it names anything."""
    what, _, concerns = key.partition(":")
    return WAITING.get(what, what), concerns


def capitalised(text: str) -> str:
    """The text with its first letter large; the rest as it was."""
    return text[:1].upper() + text[1:]
