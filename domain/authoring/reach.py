"""The check that each act can be done by those to whom a text gives it."""

from collections.abc import Iterator

from domain.agreements.model import ActName, ActRule, Agreement
from domain.authoring.faults import EntryFault
from domain.authoring.toml_lines import Path
from domain.case.acts import DECISIONS
from domain.case.permission import BY_RECORD
from domain.kernel import Party, Role

_BY_TIME = (
    "only Kvittens itself does",
    "name system",
    'Handlingen gör Kvittens självt, när tiden gör det: skriv roles = ["system"].',
)
_BY_STAFF = (
    "neither an auditor nor Kvittens itself does",
    "name a role that takes part in the care, or leave roles out",
    "auditor läser bara, och system gör bara det som tiden medför. Skriv en roll som deltar i vården.",
)
"""The doers of an act, the remedy, and the remedy in Swedish."""


def find_unreachable_acts(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the joint acts that leave a party out, and the groups of roles that never do the act."""
    for act, rule in agreement.acts.items():
        path: Path = ("acts", act.value)
        yield from _check_rule(act, rule, path)
        for track, own in rule.on.items():
            yield from _check_rule(act, own, (*path, "on", track))


def _check_rule(act: ActName, rule: ActRule, path: Path) -> Iterator[EntryFault]:
    named = {group.party for group in rule.by}
    for party in Party if rule.joint and named else ():
        if party not in named:
            yield EntryFault(
                path=(*path, "joint"),
                what=f"is true, but the text gives the act to nobody in the {party}",
                remedy=f"add a group of the {party} to by, or remove joint",
                swedish=f"joint = true kräver båda parter. Lägg till en grupp för {party} i by, eller ta bort joint.",
            )
    able = frozenset({Role.SYSTEM}) if act in BY_RECORD else frozenset(Role) - {Role.AUDITOR, Role.SYSTEM}
    for index, group in enumerate(rule.by if act in DECISIONS else ()):
        if group.roles and able.isdisjoint(group.roles):
            doers, remedy, swedish = _BY_TIME if act in BY_RECORD else _BY_STAFF
            yield EntryFault(
                path=(*path, "by", index, "roles"),
                what=f"names {', '.join(group.roles)} for an act that {doers}",
                remedy=remedy,
                swedish=swedish,
            )
