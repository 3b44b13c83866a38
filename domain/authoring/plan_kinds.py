"""The check of the kinds of plan: each has its names, and what a text leaves open about its own kinds is told."""

from collections.abc import Iterator

from domain.agreements.model import Agreement, PlanRule
from domain.authoring.faults import EntryFault, list_in_swedish
from domain.case.events.care_plan import NAMED_KINDS

_LEFT_OPEN = {
    "initiated_by": "vilka som påbörjar den",
    "content": "vad den ska innehålla",
    "followed_up_by": "vem som följer upp den",
}
"""The fields by which a document usually says more of a kind of plan, with what they say, in Swedish."""


def find_unnamed_kinds(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the text's own kinds of plan that have no English name, and what counts for a kind with one alone."""
    for kind, rule in agreement.plans.items():
        if rule.english is None and (kind not in NAMED_KINDS or rule.care_plan):
            yield EntryFault(
                path=("plans", kind, "english"),
                what=f"is missing: {kind} has no name for those who read no Swedish",
                remedy=f"add english; the kinds that can do without are {', '.join(NAMED_KINDS)}, without care_plan",
                swedish=f"Slaget {kind} saknar ett namn på engelska. Lägg till english. Utan det går bara "
                f"{list_in_swedish(list(NAMED_KINDS))}, och då utan care_plan.",
            )


def find_silent_kinds(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the text's own kinds of plan about which it leaves open what documents usually say."""
    for kind, rule in agreement.plans.items():
        silent = _list_silent(rule) if kind not in NAMED_KINDS else []
        if silent:
            told = list_in_swedish([_LEFT_OPEN[name] for name in silent])
            yield EntryFault(
                path=("plans", kind),
                what=f"says nothing by {', '.join(silent)}",
                remedy="add what the document says, or leave it if the document says nothing",
                swedish=f"Texten säger inte {told} ({', '.join(silent)}). Lägg till det som dokumentet säger, eller "
                "låt det stå om det inte säger något.",
            )


def _list_silent(rule: PlanRule) -> list[str]:
    return [name for name in _LEFT_OPEN if not getattr(rule, name)]
