"""The check of who signs, ends and keeps a version: signatures that can be given, and nobody left out."""

from collections.abc import Iterator

from domain.agreements.model import ActorGroup, Agreement
from domain.authoring.faults import PARTIES, EntryFault
from domain.authoring.offices import Task, list_paths, list_tasks
from domain.authoring.toml_lines import Path
from domain.kernel import Party
from domain.ledger_permission import SIGNED_BY_OFFICE


def find_signing_faults(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the signatures or roles that no act could ever ask for, and the parties that cannot sign or end."""
    for task in list_tasks(agreement):
        for path, group in list_paths(task):
            yield from _check_group(task, group, path)
    yield from _find_parties_left_out(agreement)


def _check_group(task: Task, group: ActorGroup, path: Path) -> Iterator[EntryFault]:
    several = ", ".join(sorted(SIGNED_BY_OFFICE))
    if group.signatures > 1 and task.name not in SIGNED_BY_OFFICE:
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
    if not task.is_of_case and group.roles and not any(role.acts_on_ledgers for role in group.roles):
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
