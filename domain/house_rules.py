"""The rules that stand in no agreement text and that a refusal or a ground can name: the record's own, and its states.

docs/rules.md lists every rule id with its sentence, these and all others.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.kernel import Value


class HouseRule(Value):
    """A rule of the record itself: a heading and a sentence in Swedish, and the sentence in English."""

    heading: str
    statement: str
    english: str


HOUSE_RULES: Mapping[str, HouseRule] = MappingProxyType(
    {
        "SYS-1": HouseRule(
            heading="Vem, när och enligt vad",
            statement="Varje händelse anger vem som handlade, i vilken roll, när och enligt vilken version av "
            "överenskommelsen. Den hänvisar bara till det som finns i registret och katalogen, och namnger ingen "
            "enskild.",
            english="Every event says who acted, in which role, when, and on which agreement version. It refers only "
            "to what the record and the directory hold, and it names no individual.",
        ),
        "SYS-2": HouseRule(
            heading="En version måste gälla",
            statement="En handling kräver att en version av överenskommelsen gällde när den skedde. Bara dödsfall, "
            "flytt, vistelse på sjukhus och besked om utskrivningsklar, rättelse av dem, ståndpunkt i en oenighet och "
            "timmar som utfördes medan en version gällde registreras ändå.",
            english="An act needs an agreement version that was in force when it occurred. Only a death, a move, a "
            "stay in hospital and its notices, a correction of one, a position in a disagreement, and hours performed "
            "while a version was in force are recorded without one.",
        ),
        "SYS-3": HouseRule(
            heading="Egen roll, egen huvudman",
            statement="Var och en handlar i sin egen roll och för sin egen huvudman. Ingen handlar för en annan "
            "huvudman eller ändrar dess ord. Överenskommelsen undertecknas och avslutas av dem som enligt huvudmannens "
            "katalog får teckna avtal, om texten inte säger vilka; de och samordnare sköter versionerna och årets "
            "belopp.",
            english="Everyone acts in their own role and for their own principal. Nobody acts for another principal "
            "or changes its words. An agreement is signed and ended by those whom the principal's directory names as "
            "its signatories, unless the text says who; they and coordinators keep its versions and yearly amounts.",
        ),
        "SYS-4": HouseRule(
            heading="Inget ändras i efterhand",
            statement="Det som är registrerat ändras aldrig. En rättelse är en ny händelse som anger vad den rättar; "
            "en överenskommelse rättas med en ny version.",
            english="What is recorded is never changed. A correction is a new event that names what it corrects; a "
            "correction of an agreement is a new version.",
        ),
        "SYS-5": HouseRule(
            heading="Rätt version, en gång",
            statement="En handling som anger vilken version den har sett gäller bara den versionen, och en begäran som "
            "upprepas med sin egen nyckel registreras en gång. Den som redan har en öppen begäran om samma behov hos "
            "samma person begär en till bara genom att ange vilken.",
            english="An act that names the version it has seen applies to that version only, and a request that is "
            "repeated under its own key is recorded once. Whoever has an open request for the same need of the same "
            "person makes another only by naming it.",
        ),
        "SYS-6": HouseRule(
            heading="Känt då och känt nu",
            statement="Registret svarar om en tidpunkt på två sätt: som det var känt då, efter vad som var "
            "registrerat, och som det är känt nu, efter vad som hade hänt. En handling dateras aldrig före den "
            "händelse som den följer på.",
            english="The record answers about a moment in two ways: as known then, by what had been recorded, and as "
            "known now, by what had happened. An act is never dated before the event it follows on.",
        ),
        "SYS-7": HouseRule(
            heading="Inte reglerat",
            statement="Det som en version av överenskommelsen inte säger är inte reglerat. Inget hittas på, och inget "
            "lånas från ett annat län.",
            english="What an agreement version does not say is not regulated. Nothing is made up, and nothing is "
            "borrowed from another county.",
        ),
        "SYS-8": HouseRule(
            heading="Frågor mellan parterna",
            statement="Den ena parten ställer en fråga i ärendet till den andra, som svarar. Det går när båda känner "
            "till ärendet, och tills frågan har besvarats eller tagits tillbaka. Det framgår vem som öppnade frågan "
            "och svaret, och när. En fråga flyttar inget ansvar och startar ingen tidsgräns.",
            english="One party asks the other a question in a case, and the other answers. That is possible when "
            "both know of the case, and until the question is answered or withdrawn. The record says who opened the "
            "question and the answer, and when. A question moves no responsibility and starts no time limit.",
        ),
        "SYS-9": HouseRule(
            heading="Slöts utanför registret",
            statement="En version som undertecknas här gäller tidigast från den dagen. Slöts den utanför registret "
            "gäller den från sin egen dag, när båda parter intygar samma dag och var originalet finns. Den ena "
            "partens ord räcker inte. Det som registrerades före intygen står kvar som det var känt då.",
            english="A version that is signed here is in force from that day at the earliest. If it was concluded "
            "outside the record, it is in force from its own day once both parties declare the same day and where the "
            "original is. The word of one party is not enough. What was recorded before stays as it was known then.",
        ),
        "C.2": HouseRule(
            heading="Planens steg",
            statement="En plan tar sina steg i ordning: den påbörjas, skrivs, godkänns av varje part och upprättas; "
            "sedan följs den upp eller revideras, tills den ersätts, löper ut eller avslutas.",
            english="A plan takes its steps in order: it is initiated, written, agreed to by each party and "
            "established; then it is followed up or revised, until it is superseded, lapses or is closed.",
        ),
        "E14": HouseRule(
            heading="Vistelse på sjukhus",
            statement="När den som är inskriven i hemsjukvården kommer till sjukhus vilar vården i hemmet, tills "
            "personen är hemma igen eller inskrivningen i hemsjukvården avslutas. Ansvaret för insatserna i hemmet "
            "flyttas inte av det, och tidsgränserna löper. Den part som får veta det först dokumenterar det, en "
            "vistelse i taget, och den andra kvitterar beskedet.",
            english="When a person who is enrolled in home care is admitted to hospital, the care at home rests until "
            "the person is home again or the enrolment ends. It moves no responsibility for the interventions at home, "
            "and time limits run on. The party that learns of it first records it, one stay at a time, and the other "
            "acknowledges the news.",
        ),
        "C.3": HouseRule(
            heading="Inskrivningens steg",
            statement="En inskrivning i hemsjukvården tar sina steg i ordning: den föreslås, varje part åtar sig den, "
            "den påbörjas och den avslutas genom utskrivning från hemsjukvården. Om den nekas eller tas tillbaka, "
            "eller om personen avlider eller flyttar, avslutas den tidigare.",
            english="An enrolment takes its steps in order: it is proposed, committed to by each party, started, and "
            "ended by discharge. A refusal, a withdrawal, a death or a move ends it earlier.",
        ),
        "R14": HouseRule(
            heading="Vårdbegäran tas tillbaka",
            statement="Avsändaren tar fritt tillbaka en vårdbegäran tills den har kvitterats, och därefter bara på "
            "grund av dödsfall, flytt eller att den enskilde tackar nej.",
            english="The sender withdraws a request freely until it is acknowledged, and after that only because of "
            "a death, a move or the individual's refusal.",
        ),
        "R15": HouseRule(
            heading="Vårdbegäran avslutas",
            statement="En vårdbegäran avslutas när personen är inskriven i hemsjukvården, eller när skälen till att "
            "den avböjts har meddelats.",
            english="A request is closed when the person is enrolled, or when the reasons for declining it have "
            "been told.",
        ),
    }
)
"""The rules by id."""
