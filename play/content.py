"""Texts and facts that several plays record, so that a play holds only its own."""

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
"""The agreement version that every act of these plays cites (SYS-1)."""

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
"""The facts of the five criteria (ORE-3.1.1-5 to -9). The age comes from the register."""

FALLS = {"key": "falls", "text": "Faller på natten", "measure": "Nattljus och räcke vid sängen"}
"""The risk that the assessment with CFS identified, with its measure (ORE-2.2-4)."""

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


def make_request(**changes: Any) -> dict[str, Any]:
    """Return the content of a vårdbegäran with these changes. A field that is None is left out."""
    content: dict[str, Any] = {
        "need": "Bensår som behöver läggas om i hemmet två gånger i veckan",
        "goal": "Läkt sår inom tre månader",
        "physician_contact": PHYSICIAN,
        "care_contact": DISTRICT_NURSE,
        "interventions": [WOUND],
    }
    return {name: value for name, value in (content | changes).items() if value is not None}


def make_assessment(level: str, considerations: str, *interventions: dict[str, Any]) -> dict[str, Any]:
    """Return one party's medical assessment of these interventions. Without any, it is about the wound."""
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
