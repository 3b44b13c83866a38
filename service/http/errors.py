"""What goes wrong, told to a caller: one table from refusals to HTTP, and the same words whichever face is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import DataError, OperationalError

from domain.kernel import Refusal
from service.acts.attempts import AlreadyThere, TooBusy, VersionMismatch
from service.reads.absence import CaseUnknown
from service.record.event_store.committer import ActUnstorable, CommandReused, OutcomeUnknown, StoreUnavailable
from service.security.tokens import TokenRefused

STATUS: Mapping[str, int] = {
    "ACTOR_NOT_ALLOWED": 403,
    "ACTOR_NOT_RECEIVER": 403,
    "NOT_PARTY": 403,
    "NOT_YOUR_PRINCIPAL": 403,
    "WRONG_STATE": 409,
    "DISPUTE_OPEN": 409,
    "OTHER_PARTY_MISSING": 409,
    "PLAN_PARTY_MISSING": 409,
    "POSITIONS_DIFFER": 409,
    "RESOLUTIONS_DIFFER": 409,
    "JOINT_ASSESSMENT_MISSING": 409,
    "ASSESSMENT_REQUIRED": 409,
    "PLAN_REQUIRED": 409,
    "NOT_READY": 409,
    "PRECONDITION_MISSING": 409,
    "SIP_REQUIRED": 409,
    "INTRODUCTION_REQUIRED": 409,
    "REASSESSMENT_REQUIRED": 409,
    "COST_AGREEMENT_MISSING": 409,
    "CONSENT_MISSING": 409,
    "ROLE_MISSING": 409,
    "NOT_PARTY_OF_AGREEMENT": 403,
    "VERSION_EXISTS": 409,
    "TERMS_DIFFER": 409,
}
"""By refusal code: who may not act gets 403, what does not follow on the state 409, and any other refusal 422."""


@dataclass(frozen=True)
class Fault:
    """What a caller is told: an HTTP status, a stable code, what is wrong, on which rule, where, and the remedy."""

    status: int
    code: str
    what: str
    remedy: str
    rule: str | None = None
    where: tuple[str, ...] = ()


TOLD = (
    Refusal,
    TokenRefused,
    CaseUnknown,
    VersionMismatch,
    CommandReused,
    AlreadyThere,
    TooBusy,
    ActUnstorable,
    StoreUnavailable,
    OperationalError,
    DataError,
)
"""What `fault_of` knows how to tell."""

OURS = Fault(
    500,
    "INTERNAL",
    "Something went wrong here; nothing was recorded unless a repeat says so",
    "try again, or report it",
)


def fault_of(error: Exception) -> Fault | None:
    """What to tell a caller of this error; None for an error that is a fault of ours."""
    match error:
        case Refusal():
            return Fault(
                STATUS.get(error.code, 422), error.code, error.what, error.remedy, rule=error.rule, where=error.where
            )
        case TokenRefused():
            return Fault(401, "TOKEN_REQUIRED", str(error), "ask for a token: kvittens token --help")
        case CaseUnknown():
            return Fault(
                404,
                "NOT_FOUND",
                "There is nothing here that your principal may read",
                "check the id; only the principals of a case may read it",
            )
        case VersionMismatch():
            return Fault(
                412,
                "VERSION_MISMATCH",
                str(error),
                "read the current version and decide anew",
                where=("/".join(error.key),),
            )
        case CommandReused():
            return Fault(
                422,
                "IDEMPOTENCY_KEY_REUSED",
                "The Idempotency-Key was used for a request with other content",
                "use a new key for a new request",
                where=("Idempotency-Key",),
            )
        case AlreadyThere() | TooBusy():
            return Fault(
                409,
                "CONFLICT",
                "Others act on the same thing at this moment; nothing was recorded",
                "read it again and try again",
            )
        case ActUnstorable():
            return Fault(
                422,
                "UNSTORABLE",
                "The act says something that the record cannot keep; nothing was recorded",
                "shorten or clean its texts and identifiers, such as from control characters",
            )
        case DataError():
            return Fault(
                400,
                "INVALID",
                "The request holds a value that nothing can be looked up by",
                "check the ids and the parameters, such as for control characters",
            )
        case OutcomeUnknown():
            return Fault(
                503,
                "OUTCOME_UNKNOWN",
                "The record did not answer in time; whether the act was recorded is not known",
                "send the same request again with the same Idempotency-Key; without one, read first",
            )
        case StoreUnavailable() | OperationalError():
            return Fault(
                503,
                "STORE_UNAVAILABLE",
                "The record cannot be reached right now",
                "send the same request again, with the same Idempotency-Key, in a few seconds",
            )
        case _:
            return None
