"""The check of joint bodies: what decides a disagreement is a body of the text, in which both parties sit."""

from collections.abc import Iterator

from domain.agreements.model import ActName, Agreement
from domain.authoring.faults import PARTIES, EntryFault, suggest
from domain.authoring.toml_lines import Path
from domain.kernel import Party


def find_body_faults(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the bodies that the text does not have, and decisions that one of the parties can never confirm."""
    known = [body.id for body in agreement.bodies]
    for path, body in list_uses(agreement):
        if body not in known:
            yield EntryFault(
                path=path,
                what=f"names {body}, but there is no body with that id",
                remedy=f"{suggest(known)}, or add it to [[bodies]]" if known else "add it to [[bodies]]",
                swedish=f"Organet {body} finns inte i [[bodies]]. Lägg till det där, med sitt svenska namn, eller "
                "skriv ett som finns.",
            )
    rule = agreement.acts.get(ActName.RESOLVE_DISAGREEMENT)
    absent = [party for party in Party if rule is not None and party not in {group.party for group in rule.by}]
    if known and absent and any(True for _ in list_uses(agreement)):
        yield EntryFault(
            path=("acts", ActName.RESOLVE_DISAGREEMENT.value, "by"),
            what=f"leaves out the {absent[0]}, which confirms what a body decides",
            remedy=f"add a group of the {absent[0]}",
            swedish=f"Båda parter bekräftar det som ett organ avgör. Lägg till en grupp för "
            f"{PARTIES[absent[0]]}, som saknas.",
        )


def list_uses(agreement: Agreement) -> Iterator[tuple[Path, str]]:
    """Yield the places that name a body, and its id."""
    if agreement.dispute is None:
        return
    if agreement.dispute.decider is not None:
        yield ("dispute", "decider"), agreement.dispute.decider
    for index, step in enumerate(agreement.dispute.steps):
        if step.body is not None:
            yield ("dispute", "steps", index, "body"), step.body


def find_one_sided_bodies(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the bodies that decide between the parties and in which only one of them sits."""
    used = {body for _, body in list_uses(agreement)}
    for index, body in enumerate(agreement.bodies):
        absent = [party for party in Party if party not in body.parties]
        if body.id in used and absent:
            yield EntryFault(
                path=("bodies", index, "parties"),
                what=f"leaves out the {' and the '.join(absent)}, and the body decides for both parties",
                remedy="leave parties out if both sit in it",
                swedish="Organet avgör för båda parter. Ta bort parties om båda sitter i det.",
            )
