"""The words of refusals: what is wrong, and what puts it right."""

from collections.abc import Mapping

from service.web.swedish.words import ROLES

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
    "CIRCUMSTANCE_FOLLOWS": "Detta följer av annat som står i ärendet, som en kriterieprövning eller en plan. "
    "Ändra det i stället.",
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
