"""The check of offices: a text names those that it has, and somebody of each party holds them in the directory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.agreements.model import ActName, ActorGroup, Agreement, Requirement
from domain.authoring.faults import EntryFault, Message, list_in_swedish
from domain.authoring.toml_lines import Path
from domain.case.acts import DECISIONS
from domain.directory import Directory
from domain.kernel import SIGNATORY, Actor, Party
from domain.ledger_permission import SIGNED_BY_OFFICE, list_groups, match_offices
from domain.versions.validity import list_municipalities


class Task(NamedTuple):
    """Something that a text gives to groups: an act, a kind of plan or statement, or a contact."""

    path: Path
    """The entry of the text. Empty if the text does not say who does it."""
    name: str
    groups: tuple[ActorGroup, ...]
    is_of_case: bool = True
    """True for a task in a case, which only those do who take part in the care."""

    def admits(self, actor: Actor) -> bool:
        """Return True if the actor's role can do such tasks."""
        if self.is_of_case:
            return actor.role.takes_part
        return actor.role.acts_on_ledgers

    @property
    def doers(self) -> Message:
        """Those who can do such tasks, in words."""
        if self.is_of_case:
            return Message("somebody who takes part in the care", "någon som deltar i vården")
        return Message("somebody", "någon i personalen")


class Unheld(NamedTuple):
    """A task of a party that nobody of a principal can do, because nobody has the office, role or unit that it needs.

    Who signs and ends a version is asked about even if the text names roles or units in place of offices.
    """

    task: Task
    groups: tuple[ActorGroup, ...]
    """The groups of the party."""
    principal: str
    """The name of the principal."""
    able: int = 0
    """The number of those who can do it. There are some if it takes several signatures."""

    @property
    def least(self) -> int:
        """The least number of persons that it takes."""
        return min(group.signatures for group in self.groups)

    @property
    def lack(self) -> Message:
        """The office that nobody has, in words; the role, if the groups name no office; else the kind of unit."""
        offices = list(dict.fromkeys(office for group in self.groups for office in group.offices))
        if offices:
            return Message(f"the office {' or '.join(offices)}", f"uppdraget {list_in_swedish(offices)}")
        roles = list(dict.fromkeys(role.value for group in self.groups for role in group.roles))
        if roles:
            return Message(f"the role {' or '.join(roles)}", f"rollen {list_in_swedish(roles)}")
        kinds = list(dict.fromkeys(kind.value for group in self.groups for kind in group.unit_kinds))
        return Message(f"a unit of the kind {' or '.join(kinds)}", f"en enhet av slaget {list_in_swedish(kinds)}")


def list_tasks(agreement: Agreement) -> Iterator[Task]:
    """Yield what a text gives to groups."""
    for act, rule in agreement.acts.items():
        yield Task(("acts", act.value, "by"), act, rule.by, is_of_case=act in DECISIONS)
        for track, own in rule.on.items():
            yield Task(("acts", act.value, "on", track, "by"), act, own.by)
    for kind, plan in agreement.plans.items():
        yield Task(("plans", kind, "initiated_by"), f"a plan of the kind {kind}", plan.initiated_by)
    for kind, statement in agreement.statements.items():
        yield Task(("statements", kind, "by"), f"a statement of the kind {kind}", statement.by)
        yield from _list_contacts(statement.fields, ("statements", kind, "fields"))
    for name, content in agreement.content.items():
        yield from _list_contacts(content.fields, ("content", name, "fields"))


def _list_contacts(fields: Iterable[Requirement], path: Path) -> Iterator[Task]:
    for index, field in enumerate(fields):
        if field.who is not None:
            yield Task((*path, index, "who"), field.id, (field.who,))
        yield from _list_contacts(field.fields, (*path, index, "fields"))


def list_paths(task: Task) -> Iterator[tuple[Path, ActorGroup]]:
    """Yield the groups of a task with their paths."""
    for index, group in enumerate(task.groups):
        yield (task.path if task.path[-1] == "who" else (*task.path, index)), group


def find_unknown_offices(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the offices that the text has no name for."""
    named = agreement.vocabulary.offices
    for task in list_tasks(agreement):
        for path, group in list_paths(task):
            for office in group.offices:
                if office not in named and office != SIGNATORY:
                    yield EntryFault(
                        path=(*path, "offices"),
                        what=f"names the office {office}, which [vocabulary.offices] does not have",
                        remedy=f"add {office} there with its name in Swedish, as the directory has it, or write "
                        f"{SIGNATORY}",
                        swedish=f"Uppdraget {office} finns inte i [vocabulary.offices]. Lägg till det där med sitt "
                        f"svenska namn, så som katalogen har det, eller skriv {SIGNATORY}.",
                    )


def find_unheld_offices(agreement: Agreement, directory: Directory) -> Iterator[Unheld]:
    """Yield the tasks that need an office and that nobody of a principal can do, for each principal that is party.

    Who signs and ends a version, if the text does not say it, are those whom the directory makes signatories.
    """
    own = {task.name: task for task in list_tasks(agreement) if task.name in SIGNED_BY_OFFICE}
    signing = [_complete(act, agreement, own.get(act)) for act in sorted(SIGNED_BY_OFFICE)]
    tasks = [task for task in list_tasks(agreement) if task.name not in own]
    parties = list_municipalities(agreement, directory)
    for principal in directory.principals:
        if principal.party is Party.MUNICIPALITY and principal.id not in parties:
            continue
        staff = [actor for actor in directory.actors if actor.principal == principal.id]
        for task in (*signing, *tasks):
            groups = tuple(group for group in task.groups if group.party is principal.party)
            able = [actor for actor in staff if task.admits(actor)]
            is_asked = task.name in SIGNED_BY_OFFICE or any(group.offices for group in groups)
            if groups and is_asked and not any(_is_staffed(group, able) for group in groups):
                yield Unheld(task, groups, principal.name, max(len(match_offices(able, [group])) for group in groups))


def _complete(act: ActName, agreement: Agreement, task: Task | None) -> Task:
    """Return the task to sign or to end, with those who do it if the text does not say."""
    path = task.path if task is not None else ()
    return Task(path, act, list_groups(act, agreement), is_of_case=False)


def _is_staffed(group: ActorGroup, staff: Sequence[Actor]) -> bool:
    """Return True if the staff can give as many signatures as the group asks for."""
    if group.offices:
        return len(match_offices(staff, [group])) >= group.signatures
    return any(group.is_met_by(actor) for actor in staff)
