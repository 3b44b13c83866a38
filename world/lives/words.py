"""Texts in lives: needs, interventions and assessments. All of them are made up."""

from dataclasses import dataclass
from typing import Any

Content = dict[str, Any]


@dataclass(frozen=True)
class HomeNeed:
    """A need of care at home, as it is written in requests, assessments and plans."""

    need: str
    goal: str
    key: str
    text: str
    """The intervention that a municipal nurse can perform."""
    follow_up: str
    """The follow-up by the physician."""
    content: str
    action: str

    @property
    def care(self) -> Content:
        """The intervention that the municipality performs."""
        return {"key": self.key, "text": self.text, "profession": "nurse"}

    @property
    def visit(self) -> Content:
        """The physician's follow-up, which stays with the region."""
        return {"key": f"{self.key}-follow-up", "text": self.follow_up, "profession": "physician"}


NEEDS = (
    HomeNeed(
        "Bensår som behöver läggas om i hemmet",
        "Läkt sår inom tre månader",
        "wound-care",
        "Omläggning av bensår två gånger i veckan",
        "Läkares uppföljning av sårläkningen",
        "Omläggning och kompression två gånger i veckan",
        "Vid rodnad, värme eller smärta: odling och läkarkontakt samma dag",
    ),
    HomeNeed(
        "Klarar inte själv att ta insulin",
        "Jämnt blodsocker utan känningar",
        "insulin",
        "Insulin och blodsockerkontroll morgon och kväll",
        "Läkares uppföljning av diabetesbehandlingen",
        "Insulin enligt ordination, blodsocker två gånger om dagen",
        "Vid blodsocker under fyra: druvsocker, och ring vårdcentralen",
    ),
    HomeNeed(
        "Behöver hjälp med läkemedel varje dag",
        "Trygg läkemedelsbehandling hemma",
        "drug-support",
        "Delning av läkemedel var fjortonde dag, och överlämnande varje dag",
        "Årlig läkemedelsgenomgång",
        "Läkemedel delas och överlämnas enligt ordination",
        "Vid missade doser två dagar i rad: ring vårdcentralen",
    ),
    HomeNeed(
        "Kateter som behöver bytas och skötas",
        "Inga urinvägsinfektioner",
        "catheter",
        "Byte av urinkateter var åttonde vecka, och spolning vid behov",
        "Läkares uppföljning av kateterbehandlingen",
        "Byte och skötsel av kateter",
        "Vid feber eller stopp: spola, odla och ring vårdcentralen",
    ),
    HomeNeed(
        "Svår hjärtsvikt med täta kontroller",
        "Stabil vikt och andning utan akuta vårdtillfällen",
        "heart-failure",
        "Vikt, blodtryck och bensvullnad tre gånger i veckan",
        "Läkares uppföljning av hjärtsvikten",
        "Kontroller enligt målvärden och justering efter ordination",
        "Vid viktuppgång över två kilo på tre dagar: läkarkontakt samma dag",
    ),
    HomeNeed(
        "Allmän palliativ vård i hemmet",
        "Symtomlindring i eget hem",
        "palliative-care",
        "Lindring av smärta och oro, dag och natt vid behov",
        "Läkares uppföljning av symtomlindringen",
        "Symtomlindring enligt vidbehovsordinationer",
        "Vid smärta över fyra av tio: ge extra dos och ring läkaren i beredskap",
    ),
)

TOOK_PART = (
    {"took_part": True, "note": "Har varit med och vill ha vården hemma"},
    {"took_part": True, "note": "Deltog tillsammans med sin dotter"},
    {"took_part": True, "note": "Deltog per video från hemmet"},
    {"took_part": False, "note": "Orkade inte vara med den dagen; maken framförde hennes önskemål"},
)
SEVERAL = {"scope": "several-with-coordination"}
"""The scope of an intervention in a plan that has several, which somebody coordinates."""
HEALED = ("Målet är nått", "Behovet har upphört", "Klarar sig själv med stöd av närstående")
WHERE_TO_TURN = "Vid nya behov: ring vårdcentralen, vardagar kl. 8 till 17"


def make_assessment(need: HomeNeed, considerations: str, *interventions: Content, level: str = "primary") -> Content:
    """Return one party's assessment of the interventions; of the need's own, if none are given."""
    own = (need.care | {"party": "municipality"}, need.visit | {"party": "region"})
    return {
        "level": level,
        "direction": need.goal,
        "content": need.content,
        "responsibility": "Kommunen utför, vårdcentralens läkare följer upp",
        "goals": need.goal,
        "considerations": considerations,
        "participation": TOOK_PART[0],
        "interventions": list(interventions or own),
    }
