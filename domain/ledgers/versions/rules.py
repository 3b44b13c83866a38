"""What every act on an agreement version is asked: who may, for which party, on which clauses."""

from domain.act import Act
from domain.agreements.model import ActName
from domain.kernel import HsaId, Party
from domain.ledgers.permission import admit
from domain.ledgers.versions.refusals import NotPartyOfAgreement
from domain.refusals import WrongState
from domain.versions.state import VersionRecord
from domain.versions.validity import list_municipalities


def permit(act: Act) -> None:
    """Refuse those whom the version gives the act to nobody of, and principals that are no party of it (GAV-8-1)."""
    admit(act)
    if act.actor.party is Party.MUNICIPALITY:
        require_party(act, act.actor.principal)
    act.granted_by_text()


def require_party(act: Act, municipality: HsaId) -> None:
    """Refuse a municipality that is no party, and a municipality that acts for another (GAV-8-1, SYS-3)."""
    act.refuse_unknown_municipality(municipality)
    if municipality not in list_municipalities(act.in_force, act.directory):
        raise NotPartyOfAgreement(act.in_force.ref)
    if act.actor.party is Party.MUNICIPALITY and act.actor.principal != municipality:
        raise NotPartyOfAgreement(act.in_force.ref)


def clauses_of(act: Act, name: ActName) -> tuple[str, ...]:
    """The clauses that the version gives the act as its ground."""
    rule = act.in_force.acts.get(name)
    return rule.clauses if rule else ()


def rule_of(act: Act, name: ActName) -> str:
    """The rule that a refusal names: the version's own, or that nobody acts for the other."""
    return next(iter(clauses_of(act, name)), "SYS-3")


def require_published(record: VersionRecord, act: Act, name: ActName) -> None:
    """Refuse to add to, follow up or end what has not been published."""
    if not record.is_published:
        raise WrongState(subject="The version", state="a draft", needed=("published",), rule=rule_of(act, name))
