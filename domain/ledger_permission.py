"""The permission to act on a ledger."""

from domain.act import Act
from domain.agreements.model import NotRegulated
from domain.kernel import HsaId, Party
from domain.refusals import ActorNotAllowed


def require_permission(act: Act, *principals: HsaId, by: Party | None = None) -> None:
    """Check settlement acts against the agreement's permissions, and everything that `admit` checks.

    If the version gives the act to nobody, licensed staff and coordinators do it: those of the party `by`, if the act
    is that party's business, or else those of both (SYS-7).
    """
    admit(act, *principals)
    if isinstance(act.granted_by_text(), NotRegulated) and by is not None and act.actor.party is not by:
        raise ActorNotAllowed(
            f"The {act.actor.party} may not do this for the {by}",
            rule="SYS-3",
            remedy=f"let the {by} do it",
            where=(act.actor.party,),
        )


def admit(act: Act, *principals: HsaId) -> None:
    """Refuse an auditor, unlicensed staff, an act in the future, and a principal that is no party of the ledger.

    `principals` are the HSA-ids of the ledger's parties. If there are none, every principal of the county may act.
    """
    if not act.is_by_default_staff:
        raise act.refused_role("let licensed staff or a coordinator do it")
    act.refuse_future()
    if principals:
        act.refuse_strangers(principals)
