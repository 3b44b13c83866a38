"""The parties' own matters: agreement versions that they sign and publish, follow up and end."""

from collections.abc import Iterable

from domain.kernel import Actor, Party
from world.life import Life, Part


def municipal_nurses(life: Life) -> Iterable[Actor]:
    """Return a nurse of each municipality of the county."""
    directory = life.staff.directory
    for principal in directory.principals:
        if principal.party is Party.MUNICIPALITY:
            yield next(
                actor
                for assignment in directory.assignments
                if assignment.role == "nurse"
                and (actor := directory.actor(assignment.person, assignment.unit))
                and actor.principal == principal.id
            )


def publish(life: Life, text: str, version: tuple[str, str]) -> Part[None]:
    """Submit a text, let every principal sign it, and publish it."""
    region = life.staff.district_nurse
    yield from life.act(region, "submit-version", text=text)
    yield from life.act(region, "sign-version", on=version)
    yield from life.act(region, "publish-version", on=version, refused="OTHER_PARTY_MISSING")
    for nurse in municipal_nurses(life):
        yield from life.act(nurse, "sign-version", on=version)
    yield from life.act(region, "publish-version", on=version)
