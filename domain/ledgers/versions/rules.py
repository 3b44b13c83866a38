"""Rules that all acts on an agreement version share: the permission, the party, the clauses, the version's state."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import Agreement
from domain.agreements.subordinate import ROUTINE
from domain.kernel import HsaId, Party
from domain.ledger_permission import admit, require_group
from domain.ledgers.versions.refusals import NotPartyOfAgreement
from domain.refusals import WrongState
from domain.versions.state import VersionRecord
from domain.versions.validity import list_municipalities


def require_version_permission(act: Act) -> None:
    """Refuse an actor whom the version does not name, and a municipality that is no party of the version (GAV-8-1)."""
    admit(act)
    if act.actor.party is Party.MUNICIPALITY:
        require_party(act, act.actor.principal)
    require_group(act)


def require_party(act: Act, municipality: HsaId) -> None:
    """Refuse a municipality that is no party, and a municipality that acts for another (GAV-8-1, SYS-3)."""
    act.refuse_unknown_municipality(municipality)
    if municipality not in list_municipalities(act.in_force, act.directory):
        raise NotPartyOfAgreement(act.in_force.ref)
    if act.actor.party is Party.MUNICIPALITY and act.actor.principal != municipality:
        raise NotPartyOfAgreement(act.in_force.ref)


def find_missing_routines(agreement: Agreement, record: VersionRecord, municipalities: Iterable[HsaId]) -> list[HsaId]:
    """Return the municipalities without a local routine; none if the text asks for no routine (ORE-3.1.5-5)."""
    if find_content(agreement, ROUTINE) is None:
        return []
    published = {routine.municipality for routine in record.routines.values()}
    return [municipality for municipality in municipalities if municipality not in published]


def refuse_withdrawn(record: VersionRecord, act: Act) -> None:
    """Refuse to go on with a version that its author has withdrawn."""
    if record.withdrawn_at is not None:
        raise WrongState(subject="The version", state="withdrawn", needed=("a draft",), rule=cite_rule(act))


def require_published(record: VersionRecord, act: Act) -> None:
    """Refuse to add to, follow up or end a version that has not been published."""
    if not record.can_be_in_force:
        state = "a draft" if record.withdrawn_at is None else "withdrawn"
        raise WrongState(subject="The version", state=state, needed=("published",), rule=cite_rule(act))


def cite_clauses(act: Act) -> tuple[str, ...]:
    """Return the version's clauses on the act."""
    rule = act.in_force.acts.get(act.name)
    return rule.clauses if rule else ()


def cite_rule(act: Act) -> str:
    """Return the rule that a refusal names: the version's own, or else that nobody acts for the other (SYS-3)."""
    return next(iter(cite_clauses(act)), "SYS-3")
