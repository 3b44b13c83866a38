"""The check that somebody can do what a text asks for: no act is given to nobody, and nothing waits for itself."""

from collections.abc import Iterator

from domain.agreements.model import ActName, ActorGroup, ActRule, Agreement, Need, NotRegulated, Precondition
from domain.authoring.faults import PARTIES, EntryFault, Message, list_in_swedish
from domain.authoring.toml_lines import Path
from domain.case.acts import DECISIONS
from domain.case.permission import BY_RECORD, find_groups
from domain.case.triggers import find_acts_for
from domain.kernel import Party, Role, Slug, UnitKind
from domain.ledger_permission import SIGNED_BY_OFFICE

_OF_MUNICIPALITY = frozenset({UnitKind.MUNICIPAL_CARE, UnitKind.SOCIAL_SERVICES})
_UNITS = {Party.REGION: frozenset(UnitKind) - _OF_MUNICIPALITY, Party.MUNICIPALITY: _OF_MUNICIPALITY}
"""The kinds of units that a party has."""
_BY_TIME = (
    "only Kvittens itself does",
    "name system",
    'Handlingen gör Kvittens självt, när tiden gör det: skriv roles = ["system"].',
)
_BY_STAFF = (
    "neither an auditor, an official nor Kvittens itself does",
    "name a role that takes part in the care, or leave roles out",
    "auditor läser bara, official deltar inte i vården, och system gör bara det som tiden medför. Skriv en roll som "
    "deltar i vården.",
)
"""The doers of an act, the remedy, and the remedy in Swedish."""


def find_deadlocks(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the acts that nobody can do, or that one party alone can do of two, the needs that nobody can meet, and
    the kinds of statement that nobody can make.

    `whole` is the text with the national background.
    """
    yield from find_acts_of_nobody(agreement)
    for index, order in enumerate(agreement.preconditions):
        yield from _find_unmeetable_need(whole, ("preconditions", index, "needs"), order)
    yield from _find_statements_of_nobody(agreement, whole)


def find_acts_of_nobody(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the acts that the text gives to nobody who does them, or to one party alone of two."""
    for path, act, rule in _list_rules(agreement):
        yield from _find_groups_of_nobody(path, act, rule)
        if rule.joint and act not in SIGNED_BY_OFFICE:  # `find_signing_faults` asks about these, joint or not
            yield from _find_absent_party(agreement, path, act, rule)


def _find_statements_of_nobody(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the kinds of statement of the text that nobody can make on a track where it has them."""
    for kind, rule in agreement.statements.items():
        for track in rule.tracks or tuple(track.id for track in whole.tracks):
            doers = find_groups(whole, ActName.RECORD_STATEMENT, track, rule.by)
            if not any(has_doers(ActName.RECORD_STATEMENT, group) for group in doers):
                yield EntryFault(
                    path=("statements", kind, "by"),
                    what=f"names nobody who may do record-statement on {track}",
                    remedy="name somebody whom [acts.record-statement] names too, or licensed staff if it is left out",
                    swedish=f"Ingen kan lämna uppgiften {kind} på vägen in {track}. Den som lämnar den ska också få "
                    "göra record-statement; säger texten inget om den är det legitimerad personal och samordnare.",
                )
                break


def _list_rules(agreement: Agreement) -> Iterator[tuple[Path, ActName, ActRule]]:
    """Yield the rule of each act, and the rules of tracks that have their own."""
    for act, rule in agreement.acts.items():
        yield ("acts", act.value), act, rule
        for track, own in rule.on.items():
            yield ("acts", act.value, "on", track), act, own


def _find_groups_of_nobody(path: Path, act: ActName, rule: ActRule) -> Iterator[EntryFault]:
    """Yield the groups in which nobody does the act: by their roles, if it is an act on a case, or by their units."""
    for index, group in enumerate(rule.by):
        if act in DECISIONS and not _has_people(act, group):
            doers, remedy, swedish = _BY_TIME if act in BY_RECORD else _BY_STAFF
            yield EntryFault(
                path=(*path, "by", index, "roles"),
                what=f"names {', '.join(group.roles)} for an act that {doers}",
                remedy=remedy,
                swedish=swedish,
            )
        elif not _has_units(group):
            yield EntryFault(
                path=(*path, "by", index),
                what=f"names {' and '.join(group.unit_kinds)}, of which a {group.party} has none",
                remedy=f"use one of {', '.join(sorted(_UNITS[group.party]))}, or name the other party",
                swedish=f"{PARTIES[group.party].capitalize()} har inga enheter av slaget "
                f"{list_in_swedish(group.unit_kinds)}. Skriv {list_in_swedish(sorted(_UNITS[group.party]))}, eller den "
                "andra parten.",
            )


def _has_people(act: ActName, group: ActorGroup) -> bool:
    """Return True if a role of the group does such acts. The roles of acts on ledgers are asked about elsewhere."""
    able = {Role.SYSTEM} if act in BY_RECORD else {role for role in Role if role.takes_part} - {Role.SYSTEM}
    return not group.roles or not able.isdisjoint(group.roles)


def _has_units(group: ActorGroup) -> bool:
    return not group.unit_kinds or bool(_UNITS[group.party].intersection(group.unit_kinds))


def has_doers(act: ActName, group: ActorGroup) -> bool:
    """Return True if a party has people and units of the group that do such acts."""
    return _has_people(act, group) and _has_units(group)


def _find_absent_party(agreement: Agreement, path: Path, act: ActName, rule: ActRule) -> Iterator[EntryFault]:
    """Yield a fault if a track, by this rule, gives a joint act to one party alone."""
    own = (str(path[-1]),) if "on" in path else tuple(track.id for track in agreement.tracks if track.id not in rule.on)
    for track in own:
        able = {group.party for group in rule.by if group.is_on(track) and has_doers(act, group)}
        if len(able) == 1:
            absent = next(iter(able)).other
            where = f" on {track}" if absent in {group.party for group in rule.by} else ""
            yield EntryFault(
                path=(*path, "joint"),
                what=f"is true, but nobody of the {absent} may do the act{where}, so it is never done by both",
                remedy=f"add a group of the {absent}, or remove joint",
                swedish=f"joint = true kräver båda parter, och ingen i {PARTIES[absent]} får göra handlingen"
                f"{f' på vägen in {track}' if where else ''}. Lägg till en grupp för {PARTIES[absent]} i by, eller ta "
                "bort joint.",
            )
            return


def _find_unmeetable_need(whole: Agreement, path: Path, rule: Precondition) -> Iterator[EntryFault]:
    """Yield a fault if a rule that refuses an act waits for what nobody can bring about on any of its tracks."""
    if rule.enforce != "refuse":
        return
    tracks = rule.tracks or tuple(track.id for track in whole.tracks)
    found = [_find_hindrance(whole, rule.needs, track) for track in tracks]
    hindrances = list(dict.fromkeys(hindrance for hindrance in found if hindrance is not None))
    if hindrances and None not in found:
        yield EntryFault(
            path=path,
            what=f"asks for {_name(rule.needs).english}, which nobody can bring about: "
            f"{', '.join(each.english for each in hindrances)}",
            remedy=f"let somebody bring it about, or limit the rule by tracks, plans or statements ({rule.id})",
            swedish=f"Regeln {rule.id} kräver {_name(rule.needs).swedish}, som ingen kan få till stånd: "
            f"{'; '.join(each.swedish for each in hindrances)}. Låt någon göra det, eller begränsa regeln med tracks, "
            "plans eller statements.",
        )


def _find_hindrance(whole: Agreement, need: Need, track: Slug, above: tuple[Message, ...] = ()) -> Message | None:
    """Return what keeps everybody from bringing about a need on a track; None if somebody can."""
    name = _name(need)
    if name in above:
        return Message(f"{name.english} waits for itself", f"{name.swedish} väntar på sig själv")
    if _is_off_track(whole, need, track):
        return Message(
            f"{name.english} is for other tracks than {track}", f"{name.swedish} är för andra vägar in än {track}"
        )
    for act in find_acts_for(need):
        doers = _find_doers(whole, act, need, track)
        if not doers:
            return Message(
                f"the text gives {act} to nobody for it", f"handlingen {act}, som behövs för det, får ingen göra"
            )
        for rule in whole.preconditions:
            if _holds_always(rule, act, need, track, {group.party for group in doers}):
                hindrance = _find_hindrance(whole, rule.needs, track, (*above, name))
                if hindrance is not None:
                    return hindrance
    return None


def _name(need: Need) -> Message:
    for kind, swedish in (("plan", "planen"), ("statement", "uppgiften"), ("contact", "kontakten")):
        if getattr(need, kind) is not None:
            return Message(f"the {kind} {getattr(need, kind)}", f"{swedish} {getattr(need, kind)}")
    return Message(f"the event {need.happened}", f"händelsen {need.happened}")


def _is_off_track(whole: Agreement, need: Need, track: Slug) -> bool:
    """Return True if the text has the plan or the statement on other tracks only."""
    rule = whole.plan_rule(need.plan) if need.plan is not None else whole.statement_rule(need.statement or "")
    return not isinstance(rule, NotRegulated) and bool(rule.tracks) and track not in rule.tracks


def _find_doers(whole: Agreement, act: ActName, need: Need, track: Slug) -> tuple[ActorGroup, ...]:
    named: tuple[ActorGroup, ...] = ()
    if need.plan is not None and act is ActName.INITIATE_PLAN:
        plan = whole.plan_rule(need.plan)
        named = () if isinstance(plan, NotRegulated) else plan.initiated_by
    elif need.statement is not None:
        statement = whole.statement_rule(need.statement)
        named = () if isinstance(statement, NotRegulated) else statement.by
    groups = find_groups(whole, act, track, named)
    return tuple(group for group in groups if has_doers(act, group))


def _holds_always(rule: Precondition, act: ActName, need: Need, track: Slug, doers: set[Party]) -> bool:
    """Return True if a rule always refuses the act that brings about a need, for everybody who can do it."""
    return (
        rule.enforce == "refuse"
        and act in rule.acts
        and rule.when is None
        and not rule.interventions
        and (not rule.tracks or track in rule.tracks)
        and (not rule.plans or need.plan in rule.plans)
        and (not rule.statements or need.statement in rule.statements)
        and (rule.party is None or doers == {rule.party})
    )
