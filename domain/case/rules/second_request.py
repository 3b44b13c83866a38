"""A second open request of one principal for the same person and the same need is told before it is recorded."""

from collections.abc import Collection, Sequence
from uuid import UUID

from domain.case.events.referral import CareRequest
from domain.case.state.case import Case
from domain.kernel import HsaId, Slug, Value
from domain.refusals import RequestOpen, UnknownReference


class OpenRequest(Value):
    """A request that has not ended, by what tells if another one asks for the same."""

    case_id: UUID
    principals: tuple[HsaId, ...]
    """The principals that wrote or sent it and may read it. Only their staff are told."""
    municipality: HsaId | None
    track: Slug
    needs: tuple[str, ...]
    """The interventions that it asks for, each without the words about it; or, if it names none, its own words."""

    def is_same_need(self, other: "OpenRequest") -> bool:
        """Return True if both ask for one thing at least, on one track, and of one municipality if both name one."""
        municipalities = {each.municipality for each in (self, other) if each.municipality is not None}
        is_elsewhere = self.track != other.track or len(municipalities) > 1
        return not is_elsewhere and not set(self.needs).isdisjoint(other.needs)


def find_open_request(case: Case) -> OpenRequest | None:
    """Find the request of a case as long as it has not ended and the person lives."""
    referral = case.referral
    if case.is_ended or case.deceased_on is not None or case.death_reported is not None:
        return None
    own = dict.fromkeys((referral.author_principal, referral.owner))
    return OpenRequest(
        case_id=case.id,
        principals=tuple(principal for principal in own if principal in case.readers),
        municipality=case.municipality,
        track=referral.track,
        needs=_list_needs(referral.request),
    )


def refuse_second_request(case: Case, others: Sequence[OpenRequest], known: Collection[UUID]) -> None:
    """Refuse a new case if its author's principal has an open request for the same need that it does not name (SYS-5).

    `others` are the open requests of the person. `known` are the cases of the person that the principal may read.
    """
    own, despite = case.referral.author_principal, case.referral.despite
    unknown = [str(id) for id in despite if id not in known]
    if unknown:
        raise UnknownReference(
            f"The person has no case {', '.join(unknown)} that your principal may read",
            rule="SYS-1",
            remedy="name in despite the cases that a refusal with the code REQUEST_OPEN lists",
            where=unknown,
        )
    asked = find_open_request(case)
    told = [other.case_id for other in others if own in other.principals and asked and asked.is_same_need(other)]
    if not set(told) <= set(despite):
        raise RequestOpen([str(id) for id in told])


def _list_needs(request: CareRequest) -> tuple[str, ...]:
    asked = {f"{each.key} {each.kind} {each.profession} {each.category or ''}" for each in request.interventions}
    return tuple(sorted(asked)) or (" ".join((request.need or "").casefold().split()),)
