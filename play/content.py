"""What the professionals of the plays write: the same in each, so that a play tells only what is its own."""

from typing import Any

REGION = "SE2321000000-REGION"
EKEBY = "SE2120000001-KOMMUNA"
PHYSICIAN = "SE2321000000-LAKARE1"
DISTRICT_NURSE = "SE2321000000-DSK1"
MUNICIPAL_NURSE = "SE2120000001-SSK1"
OTHER_NURSE = "SE2120000002-SSK2"
WOUND_CARE = "wound-care"
FOLLOW_UP = "ulcer-follow-up"

AGREEMENT = "1085641 R1"
"""What every act of these plays stands on (SYS-1)."""

WOUND: dict[str, Any] = {"key": WOUND_CARE, "text": "Omläggning av bensår två gånger i veckan", "profession": "nurse"}
VISIT: dict[str, Any] = {"key": FOLLOW_UP, "text": "Läkares uppföljning av sårläkningen", "profession": "physician"}
TOOK_PART = {"took_part": True, "note": "Hon har varit med och vill ha vården hemma"}

CRITERIA: dict[str, dict[str, Any]] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
"""The facts of the five criteria (ORE-3.1.1-5 to -9). Age is the register's to say."""

PARTS: dict[str, dict[str, Any]] = {
    "prognosis": {"text": "God läkning att vänta inom tre månader"},
    "deterioration": {
        "level": "Vårdcentral, vid sepsistecken sjukhus",
        "direction": "Full behandling",
        "direct-contact": "Vårdcentralens direktnummer för kommunens sjuksköterskor",
        "measures": "Odling och kontakt med läkare vid infektionstecken",
        "contacts": "Kommunens sjuksköterska i tjänst, därefter vårdcentralen",
        "responsible": "Kommunens sjuksköterska bedömer på plats, läkaren ordinerar",
    },
    "action-plan": {"text": "Vid ny rodnad, värme eller smärta: odling och läkarkontakt samma dag"},
    "follow-up": {"when": "2025-06-10", "frequency": "Varannan månad", "responsible": "De båda fasta vårdkontakterna"},
}
"""The fields of the plan's parts (ORE-3.1.4-13 to -18); part 3, single interventions, is not applicable here."""


def request(**given: Any) -> dict[str, Any]:
    """What the vårdbegäran says; a field given as None is left out."""
    said: dict[str, Any] = {
        "need": "Bensår som behöver läggas om i hemmet två gånger i veckan",
        "goal": "Läkt sår inom tre månader",
        "physician_contact": PHYSICIAN,
        "care_contact": DISTRICT_NURSE,
        "interventions": [WOUND],
    }
    return {name: value for name, value in (said | given).items() if value is not None}


def assessment(level: str, considerations: str, *interventions: dict[str, Any]) -> dict[str, Any]:
    """One party's medical assessment; of the wound, where no interventions are named."""
    return {
        "level": level,
        "direction": "Läka såret och förebygga nya",
        "content": "Omläggning och kompression två gånger i veckan",
        "responsibility": "Kommunen lägger om, vårdcentralens läkare följer upp",
        "goals": "Läkt sår inom tre månader",
        "considerations": considerations,
        "participation": TOOK_PART,
        "interventions": list(interventions) or [WOUND | {"party": "municipality"}, VISIT | {"party": "region"}],
    }
