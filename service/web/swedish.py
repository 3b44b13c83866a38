"""The Swedish words of the pages: one sentence for each event, and a label for everything that has a code.

Every event topic has its sentence here; a test holds that.
"""

from collections.abc import Mapping
from datetime import date, datetime

from domain.agreements.deadlines import count_hours, count_working_days, split_duration
from domain.kernel import SWEDEN, Keeper

EVENTS: Mapping[str, str] = {
    "referral.need-raised.v1": "tog upp ett behov av kommunal hemsjukvård",
    "referral.supplemented.v1": "kompletterade vårdbegäran",
    "case.statement-recorded.v1": "dokumenterade för {party_genitive} del: {kind}",
    "case.circumstance-recorded.v1": "dokumenterade att detta {applies}: {circumstance}",
    "referral.sent.v1": "skickade vårdbegäran till {receiver}",
    "referral.specialised-handover-proposed.v1": "föreslog att insatser lämnas över från den specialiserade vården"
    " till {receiver}",
    "referral.discharge-planning-opened.v1": "inledde utskrivningsplaneringen tillsammans med {receiver}",
    "referral.rehab-assessment-started.v1": "inledde en rehabiliteringsbedömning",
    "referral.cancellation-requested.v1": "bad mottagaren att avbryta vårdbegäran",
    "referral.cancellation-accepted.v1": "gick med på att avbryta vårdbegäran, som därmed är avslutad",
    "referral.cancellation-refused.v1": "gick inte med på att avbryta vårdbegäran",
    "referral.redirected.v1": "sände vårdbegäran vidare till {unit}",
    "referral.returned.v1": "återsände vårdbegäran som felsänd",
    "referral.acknowledged.v1": "kvitterade vårdbegäran",
    "referral.principal-contacted.v1": "tog kontakt med regionen inför den gemensamma utredningen",
    "referral.joint-assessment-started.v1": "inledde den gemensamma utredningen",
    "referral.assessment-recorded.v1": "dokumenterade {party_genitive} bedömning: {level}",
    "referral.criteria-evaluated.v1": "prövade överenskommelsens kriterier",
    "referral.criteria-answered.v1": "prövade kriterier på nytt, eftersom en uppgift i ärendet har ändrats",
    "referral.criteria-exception-proposed.v1": "gick med på undantag från kriteriet {criterion} för {party_genitive}"
    " del",
    "referral.criteria-exception-agreed.v1": "gick också med på undantag från kriteriet {criterion}; båda är överens",
    "referral.departure-granted.v1": "medgav avsteg från kriteriet {criterion}",
    "referral.joint-consideration-recorded.v1": "dokumenterade för {party_genitive} del den gemensamma bedömningen av"
    " vårdform för {intervention}",
    "referral.care-level-established.v1": "fastställde vårdnivån: {level}",
    "referral.care-level-reassessed.v1": "omprövade vårdnivån: {level} i stället för {previous}",
    "disagreement.raised.v1": "anmälde oenighet för {party_genitive} del",
    "disagreement.position-recorded.v1": "angav {party_genitive} ståndpunkt i oenigheten",
    "disagreement.procedure-step-recorded.v1": "dokumenterade ett steg i parternas rutin för oenighet",
    "disagreement.escalated.v1": "lyfte oenigheten till nästa nivå",
    "disagreement.withdrawn.v1": "tog tillbaka sin anmälan om oenighet; allt är som före den",
    "disagreement.resolution-proposed.v1": "föreslog för {party_genitive} del hur oenigheten ska lösas",
    "disagreement.resolved.v1": "dokumenterade att oenigheten är löst",
    "question.sent.v1": "ställde en fråga till {receiver}",
    "question.opened.v1": "öppnade frågan",
    "question.answered.v1": "besvarade frågan",
    "question.answer-opened.v1": "öppnade svaret på frågan",
    "question.withdrawn.v1": "tog tillbaka frågan innan den besvarades",
    "referral.acceptance-declared.v1": "accepterade vårdbegäran för {party_genitive} del",
    "referral.accepted.v1": "accepterade vårdbegäran",
    "referral.decline-declared.v1": "ville avböja vårdbegäran för {party_genitive} del",
    "referral.declined.v1": "avböjde vårdbegäran",
    "referral.withdrawn.v1": "tog tillbaka vårdbegäran",
    "referral.closed.v1": "avslutade vårdbegäran",
    "care-plan.initiated.v1": "påbörjade en {plan}",
    "care-plan.meeting-held.v1": "dokumenterade samplaneringen",
    "care-plan.planning-without-individual-proposed.v1": "ansåg för {party_genitive} del att det är uppenbart"
    " obehövligt att planera tillsammans med den enskilde",
    "care-plan.planning-without-individual-agreed.v1": "beslutade att planera utan den enskilde",
    "care-plan.section-recorded.v1": "skrev i planen för {party_genitive} del: {part}",
    "care-plan.contact-role-assigned.v1": "utsåg {person} till {role}",
    "care-plan.intervention-planned.v1": "tog med insatsen {intervention} i planen",
    "care-plan.agreed-by-party.v1": "godkände planen för {party_genitive} del",
    "care-plan.established.v1": "upprättade därmed planen",
    "care-plan.revision-opened.v1": "öppnade planen för ändring",
    "care-plan.revised.v1": "upprättade därmed den ändrade planen",
    "care-plan.follow-up-recorded.v1": "följde upp planen för {party_genitive} del",
    "care-plan.orderer-transferred.v1": "lät {person} ta över uppföljningen av det som ordinerats",
    "care-plan.superseded.v1": "ersatte planen med en nyare",
    "care-plan.lapsed.v1": "noterade att planen har upphört att gälla",
    "care-plan.closing-declared.v1": "ansåg för {party_genitive} del att planen ska avslutas",
    "care-plan.closed.v1": "avslutade planen",
    "self-care.assessed.v1": "bedömde att insatsen {intervention} {judged}",
    "self-care.performance-handed-over.v1": "dokumenterade att {performer} nu utför egenvården {intervention}",
    "self-care.responsibility-moved.v1": "dokumenterade att {responsible} nu ansvarar för egenvården {intervention}",
    "case.home-visit-recorded.v1": "dokumenterade ett {kind} hembesök av {performer}",
    "case.hours-recorded.v1": "dokumenterade vårdtimmar",
    "enrolment.proposed.v1": "tog upp frågan om inskrivning i hemsjukvården",
    "enrolment.refused.v1": "nekade inskrivning i hemsjukvården; {keeps} behåller vården",
    "enrolment.withdrawn.v1": "avslutade därmed den föreslagna inskrivningen i hemsjukvården",
    "enrolment.committed.v1": "åtog sig inskrivningen i hemsjukvården för {party_genitive} del",
    "enrolment.risk-assessment-recorded.v1": "dokumenterade en riskbedömning inför vård i hemmet",
    "enrolment.readiness-confirmed.v1": "bekräftade att {aspect} är på plats",
    "enrolment.readiness-action-opened.v1": "anmälde att {aspect} saknas och ska ordnas skyndsamt",
    "enrolment.started.v1": "skrev in personen i hemsjukvården",
    "enrolment.intervention-handed-over.v1": "lämnade över insatsen {intervention}",
    "enrolment.handover-accepted.v1": "tog emot insatsen {intervention}",
    "enrolment.task-assigned.v1": "fördelade insatsen {intervention} till {performer}",
    "enrolment.task-delegated.v1": "delegerade insatsen {intervention} till {performer}",
    "enrolment.delegation-withdrawn.v1": "återkallade att {performer} får utföra insatsen {intervention}",
    "enrolment.intervention-performed.v1": "dokumenterade att {performer} utförde insatsen {intervention}",
    "enrolment.individual-informed.v1": "informerade den enskilde om vart hen vänder sig vid nytt behov",
    "enrolment.hospital-stay-started.v1": "meddelade för {party_genitive} del att personen är på sjukhus",
    "enrolment.hospital-stay-ended.v1": "meddelade för {party_genitive} del att personen är hemma från sjukhuset",
    "enrolment.hospital-stay-acknowledged.v1": "kvitterade för {party_genitive} del beskedet att {news}",
    "enrolment.discharge-declared.v1": "ansåg för {party_genitive} del att behovet av hemsjukvård har upphört",
    "enrolment.discharge-contested.v1": "ansåg för {party_genitive} del att behovet av hemsjukvård finns kvar",
    "enrolment.discharged.v1": "skrev ut personen från hemsjukvården",
    "enrolment.discharge-information-transferred.v1": "förde för {party_genitive} del över information"
    " till den nya vårdformen",
    "case.death-recorded.v1": "dokumenterade att personen har avlidit",
    "case.move-recorded.v1": "dokumenterade att personen har flyttat",
    "case.death-reported.v1": "förde in vad ett annat ärende säger om ett dödsfall",
    "case.ready-for-discharge-notified.v1": "meddelade att personen är utskrivningsklar från sjukhuset",
    "case.ready-for-discharge-withdrawn.v1": "tog tillbaka beskedet att personen är utskrivningsklar från sjukhuset",
    "case.hospital-left.v1": "meddelade för {party_genitive} del att personen har lämnat sjukhuset",
    "case.fact-corrected.v1": "rättade uppgiften att personen {fact}: den gäller inte",
    "case.responsibility-changed.v1": "dokumenterade vem som ansvarar nu när något har ändrats",
    "settlement.hourly-rate-published.v1": "fastställde årets timersättning",
    "settlement.standard-amount-published.v1": "fastställde årets schablonbelopp",
    "settlement.daily-amount-published.v1": "fastställde årets belopp per dag för utskrivningsklara på sjukhus",
    "settlement.tax-base-change-published.v1": "fastställde skatteunderlagets utveckling för året",
    "settlement.month-opened.v1": "öppnade månadens avräkning",
    "settlement.hours-closed.v1": "stängde månadens timmar",
    "settlement.invoice-issued.v1": "fakturerade månaden",
    "settlement.invoice-received.v1": "tog emot fakturan",
    "settlement.invoice-accepted.v1": "godkände fakturan",
    "settlement.invoice-contested.v1": "bestred fakturan",
    "settlement.invoice-position-recorded.v1": "angav {party_genitive} ståndpunkt om fakturan",
    "settlement.invoice-paid.v1": "betalade fakturan",
    "settlement.supplement-measured.v1": "lämnade underlaget för årets tilläggsbelopp",
    "settlement.supplement-calculated.v1": "räknade fram årets tilläggsbelopp",
    "settlement.supplement-presented.v1": "presenterade årets tilläggsbelopp",
    "settlement.supplement-paid.v1": "betalade ut årets tilläggsbelopp",
    "settlement.supplement-adjusted.v1": "justerade tilläggsbeloppet efter en ny mätning",
    "settlement.supplement-reviewed.v1": "följde upp årets tilläggsbelopp",
    "settlement.cost-agreement-requested.v1": "begärde en överenskommelse om kostnaden",
    "settlement.cost-agreement-reached.v1": "dokumenterade överenskommelsen om kostnaden",
    "settlement.cost-claim-raised.v1": "begärde ersättning för kostnaden",
    "settlement.hospital-days-claimed.v1": "begärde ersättning för månadens dagar på sjukhus",
    "settlement.hospital-days-accepted.v1": "godkände kravet för månadens dagar på sjukhus",
    "settlement.hospital-days-contested.v1": "bestred kravet för månadens dagar på sjukhus",
    "enrolment.ended-by-death.v1": "avslutade därmed inskrivningen i hemsjukvården, eftersom personen har avlidit",
    "enrolment.ended-by-move.v1": "avslutade inskrivningen i hemsjukvården, eftersom personen har flyttat till"
    " {municipality}",
    "contract.version-submitted.v1": "lade fram en version av överenskommelsen",
    "contract.version-signed.v1": "undertecknade versionen för sin huvudmans del",
    "contract.version-published.v1": "gav ut versionen, undertecknad av båda parter",
    "contract.version-withdrawn.v1": "drog tillbaka versionen",
    "contract.conclusion-declared.v1": "intygade för sin huvudmans del att versionen slöts utanför registret",
    "contract.ending-declared.v1": "meddelade för sin huvudmans del att versionen upphör i förtid",
    "contract.follow-up-held.v1": "dokumenterade uppföljningen av överenskommelsen",
    "contract.local-agreement-proposed.v1": "godkände ett lokalt avtal för sin huvudmans del",
    "contract.local-agreement-made.v1": "godkände det lokala avtalet; båda har godkänt det",
    "contract.local-routine-published.v1": "gav ut en lokal rutin",
    "contract.document-attached.v1": "bifogade överenskommelsens dokument till versionen",
}
"""The sentence of each event, after the actor's name. The words in braces come from the event."""

SECOND: Mapping[str, tuple[str, str]] = {
    "referral.accepted.v1": ("referral.acceptance-declared.v1", "accepterade vårdbegäran; båda har accepterat"),
    "referral.declined.v1": ("referral.decline-declared.v1", "avböjde vårdbegäran; båda har avböjt"),
    "care-plan.planning-without-individual-agreed.v1": (
        "care-plan.planning-without-individual-proposed.v1",
        "höll med om att planera utan den enskilde; båda är överens",
    ),
}
"""The sentence of an event that the second of both parties makes, and the event by which the first made its part."""

OWN: Mapping[str, str] = {
    "enrolment.intervention-performed.v1": "utförde insatsen {intervention}",
    "case.home-visit-recorded.v1": "gjorde ett {kind} hembesök",
}
"""The sentence of an event about something that its author did, and not another."""

ASKED: Mapping[str, str] = {"region": "Fråga till regionen", "municipality": "Fråga till kommunen"}
"""The heading of a question, by the party that is asked."""

STATUSES: Mapping[str, Mapping[str, str]] = {
    "question": {
        "open": "Väntar på svar",
        "answered": "Besvarad",
        "withdrawn": "Tillbakatagen",
        "returned": "Obesvarad: vårdbegäran återsändes",
    },
    "referral": {
        "need-raised": "Behov upptaget, inte skickat",
        "returned": "Felsänd och återsänd, väntar på ny mottagare",
        "sent": "Skickad, väntar på kvittens",
        "acknowledged": "Kvitterad",
        "in-contact": "Kontakt tagen",
        "assessing": "Gemensam utredning pågår",
        "level-established": "Vårdnivå fastställd",
        "disputed": "Oenighet",
        "accepted": "Accepterad",
        "declined": "Avböjd",
        "withdrawn": "Tillbakatagen",
        "closed": "Avslutad",
    },
    "care-plan": {
        "initiated": "Påbörjad",
        "meeting-held": "Samplanering hållen",
        "drafting": "Skrivs",
        "agreed-by-one": "Godkänd av en part",
        "established": "Upprättad",
        "under-revision": "Gäller; ändring skrivs",
        "superseded": "Ersatt av en nyare plan",
        "lapsed": "Har upphört: dagarna den gällde har gått",
        "closed": "Avslutad",
    },
    "enrolment": {
        "proposed": "Väntar på parternas åtagande",
        "committed-by-one": "En part har åtagit sig",
        "committed": "Båda har åtagit sig",
        "active": "Inskriven i hemsjukvården",
        "discharge-pending": "Inskriven i hemsjukvården; utskrivning väntar på den andra parten",
        "discharged": "Utskriven från hemsjukvården",
        "refused": "Inskrivning i hemsjukvården nekad",
        "withdrawn": "Avslutad innan inskrivning i hemsjukvården",
        "ended-by-death": "Avslutad: personen har avlidit",
        "ended-by-move": "Avslutad: personen har flyttat till en annan kommun",
    },
}

PARTIES: Mapping[str, str] = {"region": "regionen", "municipality": "kommunen"}
GENITIVES: Mapping[str, str] = {"region": "regionens", "municipality": "kommunens"}

ROLES: Mapping[str, str] = {
    "physician": "läkare",
    "nurse": "sjuksköterska",
    "occupational-therapist": "arbetsterapeut",
    "physiotherapist": "fysioterapeut",
    "audiologist": "audionom",
    "biomedical-scientist": "biomedicinsk analytiker",
    "chiropractor": "kiropraktor",
    "counsellor": "hälso- och sjukvårdskurator",
    "dental-hygienist": "tandhygienist",
    "dentist": "tandläkare",
    "dietitian": "dietist",
    "dispenser": "receptarie",
    "hospital-physicist": "sjukhusfysiker",
    "midwife": "barnmorska",
    "naprapath": "naprapat",
    "optician": "optiker",
    "orthotist": "ortopedingenjör",
    "pharmacist": "apotekare",
    "psychologist": "psykolog",
    "psychotherapist": "psykoterapeut",
    "radiographer": "röntgensjuksköterska",
    "speech-therapist": "logoped",
    "care-staff": "omvårdnadspersonal",
    "needs-assessor": "biståndshandläggare",
    "coordinator": "samordnare",
    "official": "tjänsteperson",
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

LEVELS: Mapping[str, str] = {"primary": "primärvårdsnivå", "specialised": "specialiserad vård"}

VALUES: Mapping[str, Mapping[str, str]] = {
    "party": {"region": "Regionen", "municipality": "Kommunen"},
    "performer": {
        "region": "Regionen",
        "municipality": "Kommunen",
        "individual": "Den enskilde",
        "guardian": "Vårdnadshavaren",
        "relative": "Närstående",
        "other": "Någon annan",
    },
    "keeps": {"region": "Regionen", "municipality": "Kommunen"},
    "level": LEVELS,
    "previous": LEVELS,
    "treatment_level": LEVELS,
    "ordering_level": LEVELS,
    "performing_level": LEVELS,
    "role": CONTACT_ROLES,
    "aspect": {"competence": "Kompetens", "equipment": "Medicinteknisk utrustning"},
    "source": {"professional": "Vårdpersonal", "individual": "Den enskilde", "relative": "Anhörig"},
    "channel": {
        "lifecare-sp": "Lifecare SP",
        "telephone": "Telefon",
        "referral": "Remiss",
        "self-care-request": "Egenvårdsbegäran",
    },
    "subject": {
        "referral": "Vårdbegäran",
        "enrolment": "Inskrivningen i hemsjukvården",
        "level": "Vårdnivån",
        "plan": "Planens innehåll",
        "discharge": "Utskrivningen från hemsjukvården",
        "invoice": "Fakturan",
    },
    "level_ground": {
        "special-medical-resources": "Särskilda medicinska resurser",
        "special-technical-resources": "Särskilda tekniska resurser",
        "special-competence": "Särskild kompetens",
    },
    "colour": {
        "yellow": "Gult spår",
        "red": "Rött spår",
        "green": "Grönt spår",
        "blue": "Blått spår",
        "purple": "Lila spår",
    },
    "profession": ROLES,
    "line": {
        "control": "Kontroll",
        "target-value": "Målvärde",
        "drug": "Läkemedel",
        "treatment": "Behandling",
        "assessment": "Bedömning",
        "planning": "Planering",
    },
    "task": {"prepare": "Iordningställa", "administer": "Administrera", "hand-over": "Överlämna"},
    "performer_kind": {
        "own-staff": "Egen personal",
        "other-staff": "Annan med säkerställd kompetens",
        "self-care": "Den enskilde, som egenvård",
    },
    "responsible": {
        "individual": "Den enskilde",
        "guardian": "Vårdnadshavaren",
        "relative": "Närstående",
        "region": "Regionen",
        "municipality": "Kommunen",
        "other": "Någon annan",
    },
    "decision": {"continue": "Fortsätta", "change": "Ändra", "end": "Avsluta"},
    "kind": {
        "medical": "Medicinsk",
        "rehabilitative": "Rehabiliterande",
        "acute": "akut",
        "planned": "planerat",
    },
    "ground": {"residence": "Bosatt i kommunen", "stay": "Vistas i kommunen", "visit": "Tillfälligt i kommunen"},
    "scope": {"single": "Punktinsats", "several-with-coordination": "Flera insatser med samordning från kommunen"},
    "fact": {
        "death": "har avlidit",
        "move": "har flyttat",
        "hospital-stay": "är på sjukhus",
        "ready-for-discharge": "är utskrivningsklar från sjukhuset",
    },
    "to": {"elsewhere": "Annan ort"},
    "news": {
        "admission": "personen är på sjukhus",
        "homecoming": "personen är hemma från sjukhuset",
        "correction": "en vistelse på sjukhus var fel registrerad",
    },
    "form": {
        "home": "I hemmet",
        "digital": "Digitalt",
        "facility": "På vårdinrättning",
        "telephone": "Per telefon",
        "delegation": "Delegering",
        "assignment": "Fördelning",
    },
}
"""The values of fields, by the field's name. For `reason` of a closed plan or a withdrawal, see REASONS."""

KEEPERS: Mapping[Keeper, str] = {
    Keeper.DISAGREEMENT: "Ligger kvar medan parterna är oeniga",
    Keeper.RESOLUTION: "Enligt hur oenigheten löstes",
    Keeper.SELF_CARE: "Bedömd som egenvård",
    Keeper.PLAN: "Enligt planen är insatsen kvar hos regionen",
    Keeper.TAKEOVER: "Kommunen har inte tagit över insatsen än",
    Keeper.SILENCE: "Överenskommelsen pekar inte ut någon; den som hade ansvaret fortsätter",
}
"""The reason why an answer about responsibility is not the one that the agreement's matrix would give."""

REASONS: Mapping[str, str] = {
    "by-sender": "Avsändaren tog tillbaka den",
    "need-ceased": "Behovet har upphört",
    "duplicate": "Dubblett",
    "sent-in-error": "Skickad av misstag",
    "death": "Dödsfall",
    "move": "Flytt",
    "individual-refuses": "Den enskilde avböjer",
    "mistake": "Dokumenterades av misstag",
    "wrong-person": "Gällde någon annan",
    "discharged": "Utskriven från hemsjukvården",
    "closed": "Planen behövs inte längre",
    "returned": "Vårdbegäran var felsänd",
    "ended-by-orderer": "Ordinatören avslutade",
    "declined": "Vårdbegäran avböjdes",
    "withdrawn": "Vårdbegäran togs tillbaka",
    "enrolment-refused": "Inskrivning i hemsjukvården nekades",
    "moved": "Flytt till en annan kommun",
}

FIELDS: Mapping[str, str] = {
    "action-plan": "Handlingsplan",
    "advanced": "Avancerad insats",
    "absences": "Uteblev, med skäl",
    "area": "Ansvarsområde",
    "aspect": "Vad",
    "category": "Typ av insats",
    "channel": "Kanal",
    "circumstance": "Omständighet",
    "care_contact": "Fast vårdkontakt",
    "competence": "Säkerställd kompetens",
    "complete": "Huvudmannen har därmed gjort det",
    "moved": "Räknas nu i ett annat uppdrag",
    "not_prolonged_after": "Förlängs inte efter",
    "composite_needs": "Förtur vid sammansatta behov",
    "colour": "Spår i utskrivningsplaneringen",
    "conclusion": "Slutsats",
    "considerations": "Medicinska överväganden",
    "content": "Vårdens innehåll",
    "covered_until": "Gällde till och med",
    "criterion": "Kriterium",
    "decided_by": "Avgjort av",
    "deceased_on": "Avliden den",
    "decision": "Beslut",
    "despite": "Begärs trots öppen begäran i",
    "direction": "Vårdens inriktning",
    "due": "Skulle ske senast",
    "effective_from": "Gäller från och med",
    "ended_at": "När det var över",
    "expected_end": "Väntas hem",
    "fact": "Uppgift",
    "finding": "Iakttagelse",
    "form": "Form",
    "gap": "Vad som saknas",
    "ground": "Grund",
    "hours": "Timmar",
    "day": "Dag",
    "office": "Som",
    "performed": "Utförda",
    "purpose": "Syfte",
    "treatment_level": "Behandlingsansvaret ligger i",
    "digest": "Kontrollsumma",
    "media_type": "Format",
    "size": "Storlek i byte",
    "goal": "Mål",
    "goals": "Målsättningar",
    "identifiers": "Beteckningar i andra system",
    "intervention": "Insats",
    "interventions": "Insatser",
    "keeps": "Behåller vården",
    "kind": "Typ",
    "last_day": "Till och med",
    "late": "Efter tidsgränsen",
    "level": "Vårdnivå",
    "line": "Typ av ordination",
    "level_ground": "Grund för vårdnivån",
    "means": "Hur",
    "measure": "Åtgärd",
    "moved_on": "Flyttade den",
    "municipality": "Kommun",
    "need": "Behov",
    "news": "Besked",
    "new_care_form": "Ny vårdform övervägs",
    "next_on": "Nästa uppföljning",
    "occurred_at": "När det hände",
    "not_applicable": "Inte tillämpligt, eftersom",
    "note": "Anteckning",
    "otherwise": "Annat om kontakten",
    "participants": "Deltagare",
    "participation": "Den enskildes delaktighet",
    "ordering": "Ordination",
    "ordering_level": "Ordineras på",
    "party": "Part",
    "previous": "Tidigare vårdnivå",
    "performer": "Utförare",
    "performer_kind": "Utförs av",
    "performing_level": "Utförs på",
    "person": "Person",
    "physician_contact": "Fast läkarkontakt",
    "position": "Ståndpunkt",
    "principal": "Huvudman",
    "profession": "Profession",
    "reason": "Skäl",
    "receiver": "Mottagare",
    "region": "Region",
    "relatives": "Närstående deltog",
    "request": "Vårdbegäran",
    "resolution": "Lösning",
    "responsibility": "Ansvarsfördelning",
    "responsible": "Ansvarig",
    "responsibility_too": "Även ansvaret begärs över",
    "risks": "Risker",
    "routine": "Rutin",
    "routine_version": "Rutinens version",
    "role": "Kontakt",
    "scope": "Omfattning",
    "shared": "Delat ansvar",
    "setting": "Boende",
    "source": "Behovet kom från",
    "step": "Steg",
    "subject": "Vad oenigheten gäller",
    "system": "System",
    "task": "Moment",
    "text": "Text",
    "to": "Till",
    "took_part": "Deltog",
    "track": "Väg in",
    "unit": "Mottagande enhet",
    "value": "Värde",
    "version": "Version",
    "ward": "Avdelning",
    "where_to_turn": "Vart man vänder sig",
}
"""The names of an event's fields. A part of a plan has its name from the agreement."""

WORKLIST: Mapping[str, str] = {
    "send-referral": "Skicka vårdbegäran",
    "send-anew": "Skicka den felsända vårdbegäran till rätt mottagare",
    "acknowledge": "Kvittera vårdbegäran",
    "contact": "Ta kontakt med regionen",
    "start-assessment": "Inleda den gemensamma utredningen",
    "assess": "Dokumentera sin bedömning",
    "evaluate-criteria": "Pröva kriterierna",
    "agree-exception": "Ta ställning till undantag från ett kriterium",
    "consider-jointly": "Bedöma vårdform gemensamt",
    "settle-levels": "Enas om vårdnivån, eller anmäla oenighet",
    "establish-level": "Fastställa vårdnivån",
    "answer-cancellation": "Ta ställning till att vårdbegäran avbryts",
    "answer-question": "Besvara frågan",
    "open-answer": "Öppna svaret på frågan",
    "answer-decline": "Ta ställning till att avböja vårdbegäran",
    "settle-decision": "Enas om att acceptera eller avböja vårdbegäran",
    "accept": "Acceptera eller avböja vårdbegäran",
    "resolve-disagreement": "Lösa oenigheten",
    "joint-planning": "Samplanera",
    "planning": "Planera och upprätta planen",
    "plan-without-individual": "Ta ställning till att planera utan den enskilde",
    "required-plan": "Upprätta den plan som krävs för inskrivning i hemsjukvården",
    "agree-plan": "Godkänna planen",
    "close-plan": "Ta ställning till att planen avslutas",
    "follow-up": "Följa upp planen",
    "lapse": "Upprätta en ny plan innan den här upphör att gälla",
    "propose-enrolment": "Ta ställning till inskrivning i hemsjukvården",
    "commit": "Åta sig inskrivningen i hemsjukvården",
    "start-enrolment": "Skriva in personen i hemsjukvården",
    "readiness": "Ordna innan vård ges i hemmet",
    "assess-risks": "Bedöma risker, med en åtgärd mot var och en",
    "hand-over": "Lämna över insatsen",
    "accept-handover": "Ta emot insatsen",
    "outside-scope": "Ta ställning till inskrivningen i hemsjukvården, som överenskommelsen inte längre omfattar",
    "acknowledge-admission": "Kvittera att personen är på sjukhus; vården i hemmet vilar",
    "acknowledge-homecoming": "Kvittera att personen är hemma från sjukhuset; vården i hemmet återupptas",
    "acknowledge-correction": "Kvittera att en vistelse på sjukhus var fel registrerad: den gäller inte",
    "homecoming": "Meddela när personen är hemma från sjukhuset",
    "take-home": "Ta emot personen, som är utskrivningsklar från sjukhuset",
    "record-death": "Dokumentera dödsfallet, som är känt i ett annat ärende",
    "correct-death": "Pröva om dödsfallet stämmer: det har rättats i ett annat ärende",
    "duty": "Göra det som överenskommelsen kräver",
    "statement": "Dokumentera",
    "reassess-self-care": "Göra en ny bedömning av egenvården",
    "revise-plan": "Ändra planen efter hur oenigheten löstes",
    "gap": "Upprätta en ny plan: den förra har upphört",
    "residence-not-regulated": "Ta ställning till flytten, som överenskommelsen inte reglerar",
    "complete-discharge": "Skriva ut personen från hemsjukvården, eller invända",
}
"""The tasks of worklist items, by the item's key before any colon."""

ACTS: Mapping[str, str] = {
    "submit-version": "Lägga fram en version av överenskommelsen",
    "sign-version": "Underteckna versionen",
    "publish-version": "Ge ut versionen",
    "withdraw-version": "Dra tillbaka en version som inte är utgiven",
    "declare-conclusion": "Intyga att versionen slöts utanför registret",
    "end-version": "Avsluta versionen i förtid",
    "hold-follow-up": "Följa upp överenskommelsen",
    "agree-local-agreement": "Godkänna ett lokalt avtal",
    "publish-local-routine": "Ge ut en lokal rutin",
    "attach-document": "Bifoga överenskommelsens dokument till versionen",
    "raise-need": "Ta upp ett behov",
    "supplement-referral": "Komplettera vårdbegäran",
    "send-referral": "Skicka vårdbegäran",
    "acknowledge-referral": "Kvittera vårdbegäran",
    "contact-principal": "Ta kontakt med regionen",
    "start-assessment": "Inleda den gemensamma utredningen",
    "record-assessment": "Dokumentera bedömningen",
    "evaluate-criteria": "Pröva kriterierna",
    "agree-exception": "Gå med på undantag från ett kriterium",
    "consider-jointly": "Bedöma vårdform gemensamt",
    "establish-level": "Fastställa vårdnivån",
    "ask-question": "Ställa en fråga till den andra parten",
    "open-question": "Öppna frågan",
    "answer-question": "Besvara frågan",
    "open-answer": "Öppna svaret på frågan",
    "withdraw-question": "Ta tillbaka frågan",
    "raise-disagreement": "Anmäla oenighet",
    "record-position": "Ange sin ståndpunkt",
    "record-procedure-step": "Dokumentera ett steg i rutinen för oenighet",
    "resolve-disagreement": "Lösa oenigheten",
    "accept-referral": "Acceptera vårdbegäran",
    "decline-referral": "Avböja vårdbegäran",
    "withdraw-referral": "Ta tillbaka vårdbegäran",
    "request-cancellation": "Be mottagaren avbryta vårdbegäran",
    "accept-cancellation": "Gå med på att vårdbegäran avbryts",
    "refuse-cancellation": "Säga nej till att vårdbegäran avbryts",
    "redirect-referral": "Vidaresända vårdbegäran till en annan enhet",
    "return-referral": "Återsända vårdbegäran som felsänd",
    "close-referral": "Avsluta vårdbegäran",
    "initiate-plan": "Påbörja en plan",
    "hold-planning": "Samplanera",
    "plan-without-individual": "Planera utan den enskilde",
    "record-plan-section": "Skriva i planen",
    "plan-intervention": "Ta med en insats i planen",
    "assign-contact-role": "Utse en kontakt",
    "agree-plan": "Godkänna planen",
    "revise-plan": "Öppna planen för ändring",
    "follow-up-plan": "Följa upp planen",
    "commit-to-enrolment": "Åta sig inskrivning i hemsjukvården",
    "refuse-enrolment": "Neka inskrivning i hemsjukvården",
    "start-enrolment": "Skriva in personen i hemsjukvården",
    "assess-risks": "Bedöma risker",
    "confirm-readiness": "Bekräfta att kompetens eller utrustning är på plats",
    "open-readiness-action": "Anmäla att kompetens eller utrustning saknas",
    "hand-over-intervention": "Lämna över insatsen",
    "accept-handover": "Ta emot insatsen",
    "delegate-task": "Delegera insatsen",
    "withdraw-delegation": "Återkalla delegeringen",
    "perform-intervention": "Dokumentera att insatsen är utförd",
    "declare-discharge": "Anmäla att behovet av hemsjukvård har upphört",
    "contest-discharge": "Invända mot utskrivning från hemsjukvården",
    "complete-discharge": "Skriva ut personen från hemsjukvården",
    "inform-individual": "Informera den enskilde",
    "transfer-information": "Föra över information till den nya vårdformen",
    "record-admission": "Meddela att personen är på sjukhus",
    "record-homecoming": "Meddela att personen är hemma från sjukhuset",
    "acknowledge-stay": "Kvittera beskedet om vistelsen på sjukhus",
    "notify-ready-for-discharge": "Meddela att personen är utskrivningsklar från sjukhuset",
    "withdraw-ready-for-discharge": "Ta tillbaka beskedet att personen är utskrivningsklar",
    "record-death": "Dokumentera ett dödsfall",
    "record-move": "Dokumentera en flytt",
    "report-death": "Föra in ett dödsfall som ett annat ärende har",
    "correct-fact": "Rätta ett dödsfall, en flytt, en vistelse på sjukhus eller ett besked om utskrivningsklar",
    "record-statement": "Dokumentera en uppgift",
    "record-circumstance": "Dokumentera en omständighet",
    "propose-handover": "Föreslå att insatser lämnas över från den specialiserade vården",
    "open-discharge-planning": "Inleda utskrivningsplaneringen",
    "start-rehab-assessment": "Inleda en bedömning av rehabiliteringsbehovet",
    "grant-departure": "Medge avsteg från ett kriterium",
    "withdraw-disagreement": "Ta tillbaka anmälan om oenighet",
    "escalate-disagreement": "Lyfta oenigheten till nästa nivå",
    "close-plan": "Avsluta planen",
    "lapse-plan": "Notera att planen har upphört",
    "settle-responsibility": "Dokumentera att ansvaret ändras när tiden går",
    "transfer-orderer": "Låta någon annan följa upp ordinationen",
    "assess-self-care": "Bedöma om insatsen är egenvård",
    "hand-over-self-care": "Låta någon annan utföra egenvården",
    "move-self-care": "Flytta ansvaret för egenvården",
    "propose-enrolment": "Föreslå inskrivning i hemsjukvården",
    "record-home-visit": "Dokumentera ett hembesök",
    "record-hours": "Redovisa utförda timmar",
    "publish-hourly-rate": "Fastställa årets timersättning",
    "publish-standard-amount": "Fastställa årets schablonbelopp",
    "publish-daily-amount": "Fastställa årets belopp per dag för utskrivningsklara på sjukhus",
    "publish-tax-base-change": "Fastställa skatteunderlagets utveckling",
    "open-month": "Öppna månadens avräkning",
    "close-hours": "Stänga månadens timmar",
    "issue-invoice": "Fakturera månaden",
    "receive-invoice": "Ta emot fakturan",
    "accept-invoice": "Godkänna fakturan",
    "contest-invoice": "Bestrida fakturan",
    "record-invoice-position": "Ange sin ståndpunkt om fakturan",
    "pay-invoice": "Betala fakturan",
    "measure-supplement": "Lägga fram underlag för tilläggsbeloppet",
    "calculate-supplement": "Beräkna tilläggsbeloppet",
    "adjust-supplement": "Justera tilläggsbeloppet",
    "present-supplement": "Presentera tilläggsbeloppet",
    "pay-supplement": "Betala ut tilläggsbeloppet",
    "review-supplement": "Följa upp tilläggsbeloppet",
    "request-cost-agreement": "Begära en överenskommelse om kostnadsersättning",
    "reach-cost-agreement": "Träffa en överenskommelse om kostnadsersättning",
    "claim-hospital-days": "Begära ersättning för månadens dagar på sjukhus",
    "accept-hospital-days": "Godkänna kravet för månadens dagar på sjukhus",
    "contest-hospital-days": "Bestrida kravet för månadens dagar på sjukhus",
    "raise-cost-claim": "Begära kostnadsersättning",
}
"""The names of acts, also of acts that no agreement regulates."""

SILENCES: Mapping[str, str] = {
    "care-of-deceased": "Omhändertagande av avliden",
    "discharge": "Utskrivning från hemsjukvården",
    "dispute": "Vem som ansvarar under oenigheten",
    "end-condition": "Villkor för att upphöra i förtid",
    "local-routine": "Lokal rutin",
    "move": "Flytt",
}
"""The subjects besides acts that a version can be silent about."""

REFUSALS: Mapping[str, str] = {
    # Avräkning
    "SETTLEMENT_NOT_REGULATED": "Överenskommelsen reglerar inte den avräkningen. Avräkna det som den reglerar.",
    "PER_INDIVIDUAL_INVOICE_ENDED": "Vården faktureras inte längre per individ. Lämna den utanför fakturan.",
    "ANNEX_MISSING": "Fakturans bilaga saknar en individ eller ett belopp. Lägg till raderna så att summan stämmer.",
    "NOT_PERFORMED": "Vården är inte dokumenterad som utförd. Dokumentera den först.",
    "NOT_REIMBURSABLE": "Den andra parten betalar inte för den vården. Ta bort den från kravet.",
    "RATE_NOT_PUBLISHED": "Årets belopp är inte fastställt. Fastställ det först.",
    "RECIPIENT_REFERENCE_MISSING": "Mottagarens referensnummer saknas. Ange det på fakturan.",
    "INPUTS_INCOMPLETE": "Underlaget är inte fullständigt. Lägg till det som saknas.",
    "MEASUREMENT_REQUIRED": "Det saknas en mätning. Gör den först.",
    "SPLIT_NOT_WHOLE": "Delarna blir inte hela kostnaden. Ange delar som tillsammans blir ett.",
    # Överenskommelsens versioner
    "TEXT_FAULTY": "Överenskommelsens text har fel. Rätta raderna och lägg fram den igen.",
    "DOCUMENT_FAULTY": "Dokumentet är tomt, för stort eller av ett annat slag än det anges. Bifoga hela dokumentet,"
    " som text i UTF-8 eller som PDF.",
    "VERSION_EXISTS": "Versionen finns redan. Ge den nya texten ett eget versionsnamn.",
    "NOT_PARTY_OF_AGREEMENT": "Kommunen är inte part i överenskommelsen, eller handlar för en annan kommun."
    " Låt den kommun som det gäller göra det.",
    "END_CONDITION_MISSING": "Villkoret för att upphöra i förtid anges inte. Ange regeln i överenskommelsen.",
    "PRINCIPAL_NOT_STATED": "Det framgår inte vem som är huvudman. Ange det i det lokala avtalet.",
    "PRINCIPAL_WRONG": "Den huvudmannen går inte ihop med samarbetsformen. Välj en annan huvudman eller form.",
    "RESPONSIBILITY_UNCOVERED": "Ett område saknar ansvarig vårdgivare. Ange vem som ansvarar för det.",
    "TERMS_DIFFER": "Parterna har inte godkänt samma sak. Godkänn samma ord som den andra parten.",
    # Ärenden
    "ACTOR_NOT_ALLOWED": "Överenskommelsen ger inte uppgiften till den rollen eller enheten."
    " Låt någon som har uppgiften göra det.",
    "ACTOR_NOT_RECEIVER": "Bara den kommun som fick vårdbegäran kan göra detta. Låt någon där göra det.",
    "AGE_NOT_COVERED": "Ålderskriteriet är inte uppfyllt. Kom överens om undantag, eller avböj vårdbegäran.",
    "ASSESSMENT_CONTENT_MISSING": "Bedömningen saknar något som överenskommelsen kräver. Fyll i det som saknas.",
    "ASSESSMENT_REQUIRED": "Vårdbegäran kan inte avböjas eller avslutas utan bedömning. Dokumentera en först.",
    "CONTENT_MISSING": "Något som överenskommelsen kräver saknas. Fyll i det som saknas.",
    "CONSENT_MISSING": "Den enskildes samtycke saknas. Dokumentera svaret först.",
    "COST_AGREEMENT_MISSING": "Det finns ingen överenskommelse om kostnaden. Träffa en sådan först.",
    "EXCEPTION_GROUND_INVALID": "Avsteget saknar en grund som överenskommelsen medger. Ange en sådan grund, och skäl.",
    "GROUND_EXCLUDED": "Enligt överenskommelsen är det en annan kommun som skriver in i hemsjukvården på den grunden."
    " Ange en annan grund, eller låt den kommunen göra det.",
    "INTRODUCTION_REQUIRED": "Introduktion hos patienten saknas. Dokumentera den först.",
    "PRECONDITION_MISSING": "Något som ska finnas först saknas. Gör det, och försök igen.",
    "REASSESSMENT_REQUIRED": "En ny bedömning av egenvården saknas. Gör den först.",
    "ROLE_MISSING": "En kontakt som ska finnas är inte utsedd. Utse den i planen först.",
    "SIP_REQUIRED": "Det finns ingen upprättad SIP. Upprätta den först.",
    "TRACK_REQUIRED": "Vägen in i hemsjukvården är inte angiven. Ange vilken av överenskommelsens vägar in det gäller.",
    "CRITERION_NOT_CONSIDERED": "Ett kriterium har inte prövats. Pröva kriterierna först.",
    "CRITERION_NOT_MET": "Ett kriterium är inte uppfyllt. Kom överens om undantag, eller avböj vårdbegäran.",
    "DISPUTE_OPEN": "Parterna är oense, och då ändras inte vem som utför. Lös oenigheten först.",
    "EXCEPTION_NEEDS_CONSENSUS": "Undantaget kräver att båda går med på det. Låt den andra parten ta ställning.",
    "FACT_MISSING": "En uppgift som kriterierna prövas på saknas. Ange den.",
    "FACT_REFUSED": "En uppgift till kriterierna kan inte användas. Rätta den.",
    "CONTENT_NOT_KNOWN": "Överenskommelsen har ingen sådan del, uppgift eller roll. Välj en av dem som finns.",
    "CONTENT_OF_OTHER_TYPE": "Ett fält ska vara en dag, eller ja eller nej, och är det inte. Skriv en dag som"
    " 2027-05-20, eller svara ja eller nej.",
    "CONTENT_INVALID": "Något kan inte registreras så som det är skrivet. Rätta det och försök igen.",
    "MOMENT_IN_FUTURE": "Det som blir känt framöver kan inte visas. Välj en tid som har varit.",
    "INFORMATION_DUTY_OPEN": "Den enskilde har inte fått veta vart hen vänder sig vid nytt behov."
    " Informera den enskilde, och dokumentera det.",
    "JOINT_ASSESSMENT_MISSING": "Det saknas en bedömning från någon av parterna. Låt den parten dokumentera sin.",
    "JOINT_CONSIDERATION_MISSING": "Parterna har inte bedömt vårdformen för den avancerade insatsen tillsammans."
    " Låt båda dokumentera den bedömningen.",
    "LEVEL_CONTRADICTED": "Grunden hör till en annan vårdnivå än den som anges. Ändra vårdnivån eller grunden.",
    "NEVER_MUNICIPAL": "Detta kan aldrig bli kommunens ansvar. Låt regionen behålla det.",
    "NOBODY_TO_ASK": "Den andra parten känner inte till ärendet. Skicka vårdbegäran först, och fråga sedan.",
    "NOT_MUNICIPAL": "Överenskommelsen ger inte insatsen till kommunen. Låt regionen behålla den.",
    "NOT_PARTY": "Huvudmannen är inte part i ärendet. Handla i ett ärende som den har skickat eller fått.",
    "NOT_READY": "Kompetens eller utrustning är inte på plats, eller en risk är inte åtgärdad. Ordna det först.",
    "NOT_RETROACTIVE": "Det kan inte gälla bakåt i tiden. Ange dagens datum eller en senare dag.",
    "NOT_YOUR_PRINCIPAL": "Uppgiften hör till den andra huvudmannen. Låt någon där göra det.",
    "NO_AGREEMENT_IN_FORCE": "Ingen överenskommelse gällde den dagen. Ange en dag då någon gällde.",
    "NO_DELEGATION": "Utföraren har varken legitimation eller delegering. Delegera eller fördela insatsen först.",
    "NO_EXCEPTION_IN_POLICY": "Överenskommelsen medger inget undantag från kriteriet. Avböj, eller anmäl oenighet.",
    "OCCURRED_IN_FUTURE": "Tiden ligger framåt. Ange när det hände.",
    "OCCURRED_TOO_EARLY": "Tiden ligger före det som handlingen bygger på. Ange en senare tid.",
    "OTHER_PARTY_MISSING": "En part har inte gjort sin del, eller är inte med. Låt den göra sin del.",
    "PERSONAL_NUMBER": "En text innehåller ett personnummer. Skriv texten utan det.",
    "PLAN_CONTENT_MISSING": "Planen saknar något som överenskommelsen kräver. Fyll i det som saknas.",
    "PLAN_PARTY_MISSING": "Någon som ska vara med om planen saknas. Låt den personen delta eller godkänna.",
    "PLAN_REQUIRED": "Det finns ingen upprättad plan. Upprätta den först.",
    "PLAN_TEXT_CHANGED": "Planen har ändrats sedan den lästes. Läs den igen, och godkänn den som den är nu.",
    "POSITIONS_DIFFER": "Parternas bedömningar skiljer sig. Enas, eller anmäl oenighet.",
    "RECEIVING_UNIT_MISSING": "Flera enheter kan ta emot vårdbegäran. Välj en av dem.",
    "REFERRAL_CONTENT_MISSING": "Vårdbegäran saknar något som överenskommelsen kräver. Komplettera den.",
    "REQUEST_OPEN": "Det finns redan en öppen begäran om samma behov hos samma person. Fortsätt i det ärendet, eller "
    "begär en till och ange ärendet.",
    "RESOLUTIONS_DIFFER": "Parternas förslag till lösning skiljer sig. Enas om samma lösning.",
    "STAYS_OVERLAP": "En annan vistelse på sjukhus finns redan vid den tiden. Ange tider utanför den, eller rätta den "
    "först.",
    "UNKNOWN_REFERENCE": "Något som angavs finns inte i ärendet eller katalogen. Välj något som finns.",
    "WRONG_STATE": "Det går inte så långt som ärendet har kommit. Se under Att göra vad som väntar nu.",
}
"""The refusals by code: what is wrong, and then what puts it right."""

REFUSALS_BY_PLACE: Mapping[str, Mapping[str, str]] = {
    "ACTOR_NOT_ALLOWED": {
        "channel": "Vårdbegäran ska skickas på ett annat sätt. Välj ett av dem som överenskommelsen anger.",
        "orderer": "Bara den som ordinerade kan göra detta. Låt den personen göra det, eller lämna först över"
        " uppföljningen till en kollega.",
        "track": "Överenskommelsen anger ingen som får göra detta på den vägen in. Välj en annan väg in.",
        **dict.fromkeys(
            ("person", "physician_contact", "care_contact"),
            "Den personen kan inte vara kontakten. Välj någon ur den personal som överenskommelsen anger.",
        ),
    },
    "CRITERION_NOT_MET": {
        "criterion": "Kriteriet är uppfyllt eller satt åt sidan. Välj ett som inte är uppfyllt, eller anmäl oenighet.",
    },
    "NO_DELEGATION": {
        "performer": "Uppgiften kan inte ges till den personen. Välj någon annan, som ger vård eller omvårdnad.",
        **dict.fromkeys(ROLES, "Bara legitimerad personal delegerar och fördelar uppgifter. Låt någon sådan göra det."),
    },
    "NOT_MUNICIPAL": {
        "performer": "Utan en vårdnivå avböjs vårdbegäran, och då utför regionen. Ange en vårdnivå, eller regionen som"
        " utförare.",
    },
    "NOT_YOUR_PRINCIPAL": {
        "receiver": "Behovet gäller en annan kommun. Skicka till den, eller anmäl ett nytt behov.",
        "performer": "Utföraren arbetar hos den andra huvudmannen. Låt den huvudmannen göra det, eller välj någon hos"
        " den egna.",
        "person": "Personen arbetar hos den andra huvudmannen. Välj någon hos den egna, eller låt den andra välja.",
    },
    "OTHER_PARTY_MISSING": {
        "participants": "Ingen deltagare är från den ena parten. Ange deltagare från båda parterna.",
        "absences": "Ingen deltagare är från den ena parten. Ange en deltagare därifrån, eller skälet till att ingen"
        " är med.",
        "counterpart_reference": "Inget visar att motparten har gått med på det. Ange hänvisningen till motpartens egen"
        " anteckning.",
        "region": "Regionen har inte gjort sin del. Vänta på den.",
        "municipality": "Kommunen har inte gjort sin del. Vänta på den.",
    },
    "PLAN_PARTY_MISSING": {
        "planning": "Planeringen är inte dokumenterad. Dokumentera den planering som parterna har haft.",
        "individual": "Den enskilde har inte deltagit i planeringen. Planera med den enskilde, eller låt båda parterna"
        " gå med på att planera utan.",
        "participation": "Den enskilde deltog inte i planeringen. Planera med den enskilde, eller låt båda parterna gå"
        " med på att planera utan.",
        **dict.fromkeys(ROLES, "Den rollen får inte godkänna planen. Låt någon som överenskommelsen anger godkänna."),
    },
    "RESOLUTIONS_DIFFER": {
        "decided": "Den andra parten har angett vad ett annat organ beslutade. Ange båda vad det organ beslutar som har"
        " oenigheten nu.",
    },
    "WRONG_STATE": {
        "of age": "Personen är myndig och har ingen vårdnadshavare. Välj någon annan som ansvarar.",
        "health care with somebody responsible for self-care": "Det som inte är egenvård har ingen som ansvarar för"
        " egenvården. Välj ingen ansvarig, eller bedöm det som egenvård.",
    },
}
"""The refusals whose code has several meanings: the sentences of each, by what the refusal names in `where`."""

ABOUT_OTHER = "dokumenterade en uppgift som gällde en annan person"
"""The sentence of an event that was corrected because it is about somebody else."""

DIFFERENCES: Mapping[str, str] = {
    "receiver": "Vårdbegäran gäller {said}, men enligt registret bor personen i {has}.",
    "municipality": "Enligt den dokumenterade flytten bor personen i {said}, men enligt registret i {has}.",
    "ground": "Grunden för inskrivningen i hemsjukvården i {said} stämmer inte med registret: personen bor i {has}.",
    "physician_contact": "Den fasta läkarkontakten finns på {said}, men enligt registret är personen listad på {has}.",
}
"""The notes on differences from the person register, by the field whose word differs."""

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


def format_day(on: date) -> str:
    """Format a day, as `4 april 2025`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def format_moment(at: datetime) -> str:
    """Format a moment in Swedish local time, as `4 april 2025 kl. 09.05`."""
    local = at.astimezone(SWEDEN)
    return f"{format_day(local)} kl. {local:%H.%M}"


def format_days(number: int) -> str:
    """Format a number of days."""
    return f"{number} dag" if number == 1 else f"{number} dagar"


_UNITS = {"Y": ("år", "år"), "M": ("månad", "månader"), "W": ("vecka", "veckor"), "D": ("dag", "dagar")}


def format_duration(duration: str) -> str:
    """Format a duration, as `1 år och 6 månader`, `3 arbetsdagar` or `24 timmar`."""
    hours = count_hours(duration)
    if hours is not None:
        return f"{hours} timm{'ar' if hours != 1 else 'e'}"
    working_days = count_working_days(duration)
    if working_days is not None:
        return f"{working_days} arbetsdag{'ar' if working_days > 1 else ''}"
    parts = [f"{number} {_UNITS[unit][number != 1]}" for unit, number in split_duration(duration).items()]
    return " och ".join(parts)


_BY_ID = {"lapse", "gap", "answer-question", "open-answer"}
"""The tasks whose subject is an id, which tells a reader nothing."""


def describe_item(key: str) -> tuple[str, str]:
    """Return the task of a worklist item, and the id of its subject if it has one."""
    task, _, subject = key.partition(":")
    return WORKLIST.get(task, task), "" if task in _BY_ID else subject


def capitalise(text: str) -> str:
    """Capitalise the first letter of a text, and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def decapitalise(text: str) -> str:
    """Begin a text with a small letter, unless its first word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
