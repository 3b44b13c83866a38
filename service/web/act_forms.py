"""The forms of the acts on a case: a table with one row for each act that the pages have a form for."""

from collections.abc import Mapping

from domain.agreements.model import ActName
from service.web import act_choices as choices
from service.web import act_parts as parts
from service.web.act_form import ActForm, FormField
from service.web.page_values import FieldKind

_REASON = FormField("reason", "Skäl")
_NOTE = FormField("note", "Anteckning", optional=True)
_WHERE_TO_TURN = FormField("where_to_turn", "Vart den enskilde vänder sig vid nytt behov")
_TOOK_PART = (
    FormField("participation.took_part", "Deltog den enskilde själv?", FieldKind.YES_NO),
    FormField("participation.note", "Den enskildes delaktighet, eller varför hen inte deltog"),
)
_NEW_CARE_FORM = FormField("new_care_form", "Övervägs en ny vårdform?", FieldKind.YES_NO, optional=True)
_ASPECT = FormField("aspect", "Vad det gäller", FieldKind.CHOICE, choices=choices.offer_words("aspect"))
_PARTICIPANTS = FormField(
    "participants", "Deltagare", FieldKind.CHOICES, choices=choices.choose_actor(choices.offer_staff)
)
_INTERVENTION = FormField("intervention", "Insats", FieldKind.CHOICE, choices=choices.offer_all_interventions)
_PERFORMER = FormField(
    "performer", "Utförare", FieldKind.CHOICE, choices=choices.choose_actor(choices.offer_own_carers)
)
_RECEIVER = FormField("unit", "Mottagande enhet", FieldKind.CHOICE, choices=choices.offer_receivers)
_ON_QUESTION = "/cases/{case}#fragor"

FORMS: Mapping[ActName, ActForm] = {
    ActName.SEND_REFERRAL: ActForm(
        "Skicka vårdbegäran",
        (_RECEIVER,),
        build=parts.name_receiver,
    ),
    ActName.PROPOSE_HANDOVER: ActForm(
        "Föreslå",
        (FormField("interventions", "Insatser", FieldKind.CHOICES, choices=choices.offer_interventions), _RECEIVER),
        build=parts.name_receiver,
    ),
    ActName.OPEN_DISCHARGE_PLANNING: ActForm("Inled", (parts.COLOUR, _RECEIVER), build=parts.name_receiver),
    ActName.START_REHAB_ASSESSMENT: ActForm(
        "Inled", (_PARTICIPANTS, _RECEIVER._replace(optional=True)), build=parts.name_receiver
    ),
    ActName.ACKNOWLEDGE_REFERRAL: ActForm("Kvittera vårdbegäran"),
    ActName.ACCEPT_CANCELLATION: ActForm("Gå med på att vårdbegäran avbryts"),
    ActName.REFUSE_CANCELLATION: ActForm(
        "Säg nej", (FormField("reason", "Säg nej, och skriv varför vårdbegäran ska fortsätta"),)
    ),
    ActName.CONTACT_PRINCIPAL: ActForm("Kontakt har tagits", (_NOTE,)),
    ActName.START_ASSESSMENT: ActForm("Inled utredningen", (_PARTICIPANTS,)),
    ActName.RECORD_ASSESSMENT: ActForm(
        "Spara bedömningen",
        (
            FormField("level", "Vårdnivå", FieldKind.CHOICE, choices=choices.offer_words("level")),
            FormField(
                "level_ground",
                "Grund för specialiserad vård",
                FieldKind.CHOICE,
                optional=True,
                choices=choices.offer_level_grounds,
            ),
            parts.ALLOCATIONS,
            parts.ASSESSMENT,
            *_TOOK_PART,
        ),
        build=parts.allocate,
    ),
    ActName.EVALUATE_CRITERIA: ActForm(
        "Spara prövningen",
        (parts.CRITERIA,),
        build=parts.state_facts,
    ),
    ActName.AGREE_EXCEPTION: ActForm(
        "Gå med på undantaget",
        (FormField("criterion", "Kriterium", FieldKind.CHOICE, choices=choices.offer_criteria), _REASON),
    ),
    ActName.GRANT_DEPARTURE: ActForm(
        "Medge avsteget",
        (FormField("ground", "Grund", FieldKind.CHOICE, choices=choices.offer_departure_grounds), _REASON),
        about=parts.CRITERION,
    ),
    ActName.CONSIDER_JOINTLY: ActForm(
        "Spara bedömningen", (_INTERVENTION, FormField("conclusion", "Vad ni kom fram till om vårdformen"))
    ),
    ActName.ESTABLISH_LEVEL: ActForm("Fastställ vårdnivån"),
    ActName.ACCEPT_REFERRAL: ActForm("Acceptera vårdbegäran"),
    ActName.DECLINE_REFERRAL: ActForm("Avböj vårdbegäran", (FormField("reason", "Varför den avböjs"),)),
    ActName.RESOLVE_DISAGREEMENT: ActForm(
        "Ange lösningen",
        (
            FormField("conclusion", "Vad parterna har kommit fram till"),
            FormField(
                "level",
                "Vårdnivå",
                FieldKind.CHOICE,
                optional=True,
                choices=choices.offer_words("level"),
                hint="Utan vårdnivå avböjs en vårdbegäran som inte är accepterad",
            ),
            FormField(
                "performer",
                "Vem som utför",
                FieldKind.CHOICE,
                optional=True,
                choices=choices.offer_words("party"),
                hint="Annars den som utför nu",
            ),
            FormField("effective_from", "Från och med", FieldKind.DAY, optional=True),
            FormField("decided", "Har det organ som överenskommelsen utser avgjort det?", FieldKind.YES_NO, True),
        ),
        about=parts.DISPUTE,
    ),
    ActName.RECORD_POSITION: ActForm(
        "Spara ståndpunkten", (FormField("position", "Den egna partens ståndpunkt"),), about=parts.DISPUTE
    ),
    ActName.RECORD_PROCEDURE_STEP: ActForm("Spara steget", (parts.group_step(escalates=False),), about=parts.DISPUTE),
    ActName.ESCALATE_DISAGREEMENT: ActForm("Lyft oenigheten", (parts.group_step(escalates=True),), about=parts.DISPUTE),
    ActName.WITHDRAW_DISAGREEMENT: ActForm("Ta tillbaka anmälan", (_REASON,), about=parts.DISPUTE),
    ActName.INITIATE_PLAN: ActForm(
        "Påbörja planen", (FormField("kind", "Plan", FieldKind.CHOICE, choices=choices.offer_plan_kinds),)
    ),
    ActName.HOLD_PLANNING: ActForm(
        "Spara samplaneringen",
        (
            FormField("form", "Form", FieldKind.CHOICE, choices=choices.offer_meeting_forms),
            _PARTICIPANTS,
            *_TOOK_PART,
            FormField("relatives", "Deltog närstående?", FieldKind.YES_NO, optional=True),
        ),
        about=parts.PLAN,
    ),
    ActName.PLAN_WITHOUT_INDIVIDUAL: ActForm(
        "Planera utan den enskilde",
        (FormField("reason", "Varför det är uppenbart obehövligt att planera med den enskilde"),),
        about=parts.PLAN,
    ),
    ActName.RECORD_PLAN_SECTION: ActForm("Spara delen", (parts.PLAN_PART,), about=parts.PART),
    ActName.PLAN_INTERVENTION: ActForm(
        "Ta med insatsen",
        (
            FormField("intervention.key", "Insats", FieldKind.CHOICE, choices=choices.offer_interventions),
            FormField("intervention.performer", "Vem som utför", FieldKind.CHOICE, True, choices.offer_words("party")),
            parts.PLANNED,
        ),
        about=parts.PLAN,
        build=parts.plan_intervention,
    ),
    ActName.ASSIGN_CONTACT_ROLE: ActForm(
        "Utse",
        (
            FormField("role", "Kontakt", FieldKind.CHOICE, choices=choices.offer_contact_roles),
            FormField("person", "Person", FieldKind.CHOICE, choices=choices.offer_staff),
            FormField("area", "Ansvarsområde", optional=True),
        ),
        about=parts.PLAN,
    ),
    ActName.AGREE_PLAN: ActForm("Godkänn planen som den står här", about=parts.DRAFT, shows=parts.show_text),
    ActName.REVISE_PLAN: ActForm(
        "Öppna planen för ändring", (FormField("reason", "Varför planen ska ändras"),), about=parts.PLAN
    ),
    ActName.FOLLOW_UP_PLAN: ActForm(
        "Spara uppföljningen",
        (
            FormField("finding", "Vad uppföljningen visade"),
            *_TOOK_PART,
            parts.DECISION,
            FormField("next_on", "Nästa uppföljning", FieldKind.DAY, optional=True),
        ),
        about=parts.PLAN,
    ),
    ActName.TRANSFER_ORDERER: ActForm(
        "Låt kollegan ta över",
        (FormField("person", "Vem som tar över uppföljningen", FieldKind.CHOICE, choices=choices.offer_own_carers),),
        about=parts.PLAN,
    ),
    ActName.CLOSE_PLAN: ActForm(
        "Avsluta planen", (FormField("reason", "Varför planen inte behövs längre"),), about=parts.PLAN
    ),
    ActName.ASSESS_SELF_CARE: ActForm(
        "Spara bedömningen",
        (
            _INTERVENTION,
            FormField("is_self_care", "Är insatsen egenvård?", FieldKind.YES_NO),
            _REASON,
            FormField(
                "responsible",
                "Vem som ansvarar för egenvården",
                FieldKind.CHOICE,
                optional=True,
                choices=choices.offer_words("responsible"),
                hint="Annars den enskilde, eller ett barns vårdnadshavare",
            ),
            parts.ROUTINE,
        ),
    ),
    ActName.HAND_OVER_SELF_CARE: ActForm(
        "Spara vem som utför",
        (
            _INTERVENTION,
            FormField("performer", "Vem som utför nu", FieldKind.CHOICE, choices=choices.offer_words("performer")),
            FormField("responsibility_too", "Ska ansvaret också gå över?", FieldKind.YES_NO, optional=True),
            _NOTE,
        ),
    ),
    ActName.MOVE_SELF_CARE: ActForm(
        "Flytta ansvaret",
        (
            _INTERVENTION,
            FormField("to", "Vem som ansvarar nu", FieldKind.CHOICE, choices=choices.offer_words("responsible")),
        ),
    ),
    ActName.PROPOSE_ENROLMENT: ActForm(
        "Föreslå inskrivning i hemsjukvården",
        (FormField("ground", "Grund", FieldKind.CHOICE, optional=True, choices=choices.offer_words("ground")),),
    ),
    ActName.COMMIT_TO_ENROLMENT: ActForm("Åta er inskrivningen i hemsjukvården"),
    ActName.ASSESS_RISKS: ActForm(
        "Spara risken",
        (FormField("risks.text", "Risk"), FormField("risks.measure", "Åtgärd mot den", optional=True)),
        build=parts.assess_risk,
    ),
    ActName.CONFIRM_READINESS: ActForm("Bekräfta att det är på plats", (_ASPECT,)),
    ActName.START_ENROLMENT: ActForm("Skriv in personen i hemsjukvården"),
    ActName.REFUSE_ENROLMENT: ActForm(
        "Neka inskrivning i hemsjukvården",
        (FormField("criterion", "Kriterium som hindrar", FieldKind.CHOICE, True, choices.offer_criteria), _REASON),
    ),
    ActName.HAND_OVER_INTERVENTION: ActForm(
        "Lämna över insatsen",
        (FormField("intervention", "Insats", FieldKind.BUTTON, choices=choices.offer_handovers("Lämna över")),),
    ),
    ActName.ACCEPT_HANDOVER: ActForm(
        "Ta emot insatsen",
        (FormField("intervention", "Insats", FieldKind.BUTTON, choices=choices.offer_handovers("Ta emot")),),
    ),
    ActName.DELEGATE_TASK: ActForm(
        "Spara",
        (
            _INTERVENTION,
            FormField("performer", "Till vem", FieldKind.CHOICE, choices=choices.offer_own_carers),
            FormField("form", "Form", FieldKind.CHOICE, choices=choices.offer_task_forms),
            FormField("last_day", "Till och med", FieldKind.DAY),
        ),
    ),
    ActName.WITHDRAW_DELEGATION: ActForm("Återkalla", (_REASON,), about=parts.DELEGATION),
    ActName.PERFORM_INTERVENTION: ActForm("Spara att insatsen är utförd", (_INTERVENTION, _PERFORMER, _NOTE)),
    ActName.RECORD_HOME_VISIT: ActForm(
        "Spara hembesöket",
        (
            FormField("kind", "Slag av besök", FieldKind.CHOICE, choices=choices.offer_visit_kinds),
            parts.PURPOSE,
            _PERFORMER,
            _NOTE,
        ),
    ),
    ActName.RECORD_HOURS: ActForm(
        "Spara timmarna",
        (
            FormField("day", "Dag", FieldKind.DAY, hint="För en hel månad: månadens sista dag"),
            FormField("kind", "Slag av arbete", FieldKind.CHOICE, choices=choices.offer_work_kinds),
            FormField(
                "treatment_level",
                "Behandlingsansvaret ligger i",
                FieldKind.CHOICE,
                choices=choices.offer_words("treatment_level"),
            ),
            FormField("performed", "Utförda timmar", FieldKind.NUMBER, optional=True),
            FormField("planned", "Planerade timmar", FieldKind.NUMBER, optional=True),
        ),
    ),
    ActName.ACKNOWLEDGE_STAY: ActForm(
        "Kvittera", (FormField("news", "Besked", FieldKind.BUTTON, choices=choices.offer_news),)
    ),
    ActName.RECORD_HOMECOMING: ActForm("Meddela att personen är hemma"),
    ActName.COMPLETE_DISCHARGE: ActForm(
        "Skriv ut personen från hemsjukvården", (_WHERE_TO_TURN._replace(optional=True), _NEW_CARE_FORM)
    ),
    ActName.CONTEST_DISCHARGE: ActForm("Invänd", (FormField("reason", "Varför behovet av hemsjukvård finns kvar"),)),
    ActName.OPEN_READINESS_ACTION: ActForm("Anmäl att det saknas", (_ASPECT, FormField("gap", "Vad som saknas"))),
    ActName.INFORM_INDIVIDUAL: ActForm("Spara informationen", (_WHERE_TO_TURN,)),
    ActName.DECLARE_DISCHARGE: ActForm(
        "Anmäl att behovet av hemsjukvård har upphört",
        (
            FormField("reason", "Varför behovet har upphört"),
            *_TOOK_PART,
            _NEW_CARE_FORM,
            _WHERE_TO_TURN._replace(optional=True),
        ),
    ),
    ActName.TRANSFER_INFORMATION: ActForm(
        "Spara överföringen", (FormField("means", "Hur informationen har förts över"),)
    ),
    ActName.RECORD_ADMISSION: ActForm(
        "Meddela",
        (
            FormField("ward", "Avdelning", FieldKind.CHOICE, optional=True, choices=choices.offer_wards),
            FormField("expected_end", "Väntas hem", FieldKind.DAY, optional=True),
            FormField("ended_at", "Om vistelsen är över: hemma igen", FieldKind.MOMENT, optional=True),
        ),
    ),
    ActName.NOTIFY_READY_FOR_DISCHARGE: ActForm("Meddela"),
    ActName.WITHDRAW_READY_FOR_DISCHARGE: ActForm("Ta tillbaka beskedet", (_REASON,)),
    ActName.REDIRECT_REFERRAL: ActForm(
        "Vidaresänd",
        (
            FormField("unit", "Vidaresänd till", FieldKind.CHOICE, choices=choices.offer_own_units),
            FormField("reason", "Varför"),
        ),
    ),
    ActName.RETURN_REFERRAL: ActForm(
        "Återsänd till avsändaren",
        (FormField("reason", "Felsänd? Skriv varför, och vart den hör om du vet det."),),
        after="/",
    ),
    ActName.REQUEST_CANCELLATION: ActForm(
        "Be att den avbryts",
        (
            FormField(
                "reason",
                "Be mottagaren avbryta vårdbegäran, eftersom",
                FieldKind.CHOICE,
                choices=choices.offer_cancellation_reasons,
            ),
            _NOTE,
        ),
    ),
    ActName.WITHDRAW_REFERRAL: ActForm(
        "Ta tillbaka vårdbegäran",
        (
            FormField(
                "reason",
                "Ta tillbaka vårdbegäran, eftersom",
                FieldKind.CHOICE,
                choices=choices.offer_withdrawal_reasons,
            ),
        ),
    ),
    ActName.CLOSE_REFERRAL: ActForm("Avsluta vårdbegäran", (_NOTE,)),
    ActName.RAISE_DISAGREEMENT: ActForm(
        "Anmäl oenighet",
        (
            FormField("subject", "Vad den gäller", FieldKind.CHOICE, choices=choices.offer_dispute_subjects),
            FormField("reason", "Varför parterna är oense"),
        ),
        build=parts.name_subject,
    ),
    ActName.RECORD_DEATH: ActForm("Spara dödsfallet", (FormField("deceased_on", "Avliden den", FieldKind.DAY),)),
    ActName.RECORD_MOVE: ActForm(
        "Spara flytten",
        (
            FormField("moved_on", "Flyttade den", FieldKind.DAY),
            FormField("to", "Till", FieldKind.CHOICE, choices=choices.offer_places),
        ),
        build=parts.name_place,
    ),
    ActName.RECORD_STATEMENT: ActForm("Dokumentera", (parts.STATEMENT_FIELDS,), about=parts.STATEMENT),
    ActName.RECORD_CIRCUMSTANCE: ActForm(
        "Dokumentera",
        (
            FormField("circumstance", "Omständighet", FieldKind.CHOICE, choices=choices.offer_circumstances),
            FormField("holds", "Gäller det?", FieldKind.YES_NO),
        ),
    ),
    ActName.CORRECT_FACT: ActForm(
        "Rätta",
        (FormField("reason", "Varför det är fel", FieldKind.CHOICE, choices=choices.offer_correction_reasons),),
        about=parts.FACT,
    ),
    ActName.ASK_QUESTION: ActForm(
        "Ställ frågan",
        (
            FormField("text", "Frågan"),
            FormField("plan", "Vad den gäller", FieldKind.CHOICE, True, choices.offer_plans, hint="Annars vårdbegäran"),
        ),
        after=_ON_QUESTION,
    ),
    ActName.OPEN_QUESTION: ActForm("Markera frågan som öppnad", about=parts.QUESTION, after=_ON_QUESTION),
    ActName.ANSWER_QUESTION: ActForm("Svara", (FormField("text", "Svar"),), about=parts.QUESTION, after=_ON_QUESTION),
    ActName.OPEN_ANSWER: ActForm("Markera svaret som öppnat", about=parts.QUESTION, after=_ON_QUESTION),
    ActName.WITHDRAW_QUESTION: ActForm("Ta tillbaka frågan", about=parts.QUESTION, after=_ON_QUESTION),
}
"""The acts on a case that is there already, in the order in which a page shows their forms."""
