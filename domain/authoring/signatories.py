"""The check of who signs, ends and keeps a version: offices that a directory can have, and nobody left out."""

from collections.abc import Iterable, Iterator

from domain.agreements.model import ActorGroup, Agreement, Requirement
from domain.authoring.faults import PARTIES, EntryFault
from domain.authoring.toml_lines import Path
from domain.case.acts import DECISIONS
from domain.kernel import SIGNATORY, Party
from domain.ledger_permission import SIGNED_BY_OFFICE


def find_signing_faults(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the groups whose offices or roles no act could ever ask for, and the parties that cannot sign or end."""
    for path, group in _list_case_groups(agreement):
        if group.offices or group.signatures > 1:
            yield EntryFault(
                path=(*path, "offices"),
                what="asks for an office, which acts on a case do not ask for",
                remedy="name roles; offices stand in acts on the agreement itself and on money",
                swedish="Uppdrag (offices) gäller bara överenskommelsen och ekonomin. Skriv roles i stället.",
            )
    for path, group in _list_ledger_groups(agreement):
        yield from _check_offices(agreement, group, path)
    yield from _find_parties_left_out(agreement)


def _check_offices(agreement: Agreement, group: ActorGroup, path: Path) -> Iterator[EntryFault]:
    named = agreement.vocabulary.offices
    for office in group.offices:
        if office not in named and office != SIGNATORY:
            yield EntryFault(
                path=(*path, "offices"),
                what=f"names the office {office}, which [vocabulary.offices] does not have",
                remedy=f"add {office} there with its name in Swedish, as the directory has it, or write {SIGNATORY}",
                swedish=f"Uppdraget {office} finns inte i [vocabulary.offices]. Lägg till det där med sitt svenska "
                f"namn, så som katalogen har det, eller skriv {SIGNATORY}.",
            )
    several = ", ".join(sorted(SIGNED_BY_OFFICE))
    if group.signatures > 1 and path[1] not in SIGNED_BY_OFFICE:
        yield EntryFault(
            path=(*path, "signatures"),
            what=f"asks for {group.signatures} signatures of an act that is done once",
            remedy=f"leave it out; only {several} can ask for several",
            swedish=f"Flera underskrifter kan bara krävas för {several}. Ta bort signatures.",
        )
    elif group.signatures > max(1, len(set(group.offices))):
        yield EntryFault(
            path=(*path, "signatures"),
            what=f"asks for {group.signatures} signatures and names {len(set(group.offices))} offices",
            remedy="name at least as many offices, because each office signs once",
            swedish="Varje uppdrag undertecknar en gång. Skriv minst så många uppdrag i offices som signatures säger.",
        )
    if group.roles and not any(role.acts_on_ledgers for role in group.roles):
        yield EntryFault(
            path=(*path, "roles"),
            what=f"names only {', '.join(group.roles)}, who cannot act on the agreement itself or on money",
            remedy="name official, coordinator or a licensed role, or an office",
            swedish="De rollerna kan inte handla om överenskommelsen eller ekonomin. Skriv official, coordinator, en "
            "legitimerad roll eller ett uppdrag (offices).",
        )


def _find_parties_left_out(agreement: Agreement) -> Iterator[EntryFault]:
    for act in sorted(SIGNED_BY_OFFICE & agreement.acts.keys()):
        named = {group.party for group in agreement.acts[act].by}
        for party in Party if named else ():
            if party not in named:
                yield EntryFault(
                    path=("acts", act.value, "by"),
                    what=f"leaves out the {party}, and a version takes both parties",
                    remedy=f"add a group of the {party}",
                    swedish="Båda parter undertecknar och avslutar, var för sig. Lägg till en grupp för "
                    f"{PARTIES[party]}, som saknas.",
                )


def _list_ledger_groups(agreement: Agreement) -> Iterator[tuple[Path, ActorGroup]]:
    for act, rule in agreement.acts.items():
        for index, group in enumerate(rule.by if act not in DECISIONS else ()):
            yield ("acts", act.value, "by", index), group


def _list_case_groups(agreement: Agreement) -> Iterator[tuple[Path, ActorGroup]]:
    """Yield the groups of acts on cases, and those of plans, statements and fields."""
    for act, rule in agreement.acts.items():
        if act in DECISIONS:
            yield from _number(rule.by, ("acts", act.value, "by"))
        for track, own in rule.on.items():
            yield from _number(own.by, ("acts", act.value, "on", track, "by"))
    for kind, plan in agreement.plans.items():
        yield from _number(plan.initiated_by, ("plans", kind, "initiated_by"))
    for kind, statement in agreement.statements.items():
        yield from _number(statement.by, ("statements", kind, "by"))
        yield from _list_groups_of_fields(statement.fields, ("statements", kind, "fields"))
    for name, content in agreement.content.items():
        yield from _list_groups_of_fields(content.fields, ("content", name, "fields"))


def _list_groups_of_fields(fields: Iterable[Requirement], path: Path) -> Iterator[tuple[Path, ActorGroup]]:
    for index, field in enumerate(fields):
        if field.who is not None:
            yield (*path, index, "who"), field.who
        yield from _list_groups_of_fields(field.fields, (*path, index, "fields"))


def _number(groups: Iterable[ActorGroup], path: Path) -> Iterator[tuple[Path, ActorGroup]]:
    for index, group in enumerate(groups):
        yield (*path, index), group
