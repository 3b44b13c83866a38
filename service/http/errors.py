"""Errors as callers see them: one table from every kind of error to HTTP and FHIR, and the same words on every face."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from psycopg import DataError, OperationalError
from starlette.requests import ClientDisconnect

from domain.kernel import Refusal, RefusalKind, hide_personal_numbers
from domain.versions.catalogue import AgreementsUnreadable
from service.acts.attempts import AlreadyThere, TooBusy, VersionMismatch
from service.agreements.responsible import WordsUnknown
from service.reads.absence import CaseUnknown
from service.record.event_store.committer import ActUnstorable, CommandReused, OutcomeUnknown, StoreUnavailable
from service.security.tokens import TokenRefused


class FaultKind(Enum):
    """The kinds of errors: an HTTP status, and an issue code of OperationOutcome (R4 valueset-issue-type.html)."""

    FORBIDDEN = (403, "forbidden")
    CONFLICT = (409, "conflict")
    CONTENT_MISSING = (422, "required")
    REFERENCE_UNKNOWN = (422, "not-found")
    VALUE = (422, "value")
    RULE = (422, "business-rule")
    BAD_REQUEST = (400, "value")
    PARAMETER_UNKNOWN = (400, "not-supported")
    TOKEN_REQUIRED = (401, "login")
    NOT_FOUND = (404, "not-found")
    METHOD_NOT_ALLOWED = (405, "not-supported")
    NOT_ACCEPTABLE = (406, "not-supported")
    DUPLICATE = (409, "duplicate")
    VERSION_MISMATCH = (412, "conflict")
    SEVERAL_MATCH = (412, "multiple-matches")
    TOO_LARGE = (413, "too-long")
    MEDIA_TYPE = (415, "not-supported")
    KEY_REUSED = (422, "duplicate")
    INTERNAL = (500, "exception")
    UNAVAILABLE = (503, "transient")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[0]

    @property
    def issue(self) -> str:
        """The issue code of an OperationOutcome."""
        return self.value[1]


OF_REFUSALS: Mapping[RefusalKind, FaultKind] = {
    RefusalKind.FORBIDDEN: FaultKind.FORBIDDEN,
    RefusalKind.CONFLICT: FaultKind.CONFLICT,
    RefusalKind.MISSING: FaultKind.CONTENT_MISSING,
    RefusalKind.NOT_FOUND: FaultKind.REFERENCE_UNKNOWN,
    RefusalKind.VALUE: FaultKind.VALUE,
    RefusalKind.RULE: FaultKind.RULE,
}
"""The kind of error that each kind of refusal is."""


@dataclass(frozen=True)
class Fault:
    """An error as a caller sees it: its kind, a stable code, what is wrong, the remedy, the rule, and where.

    No personal number is in it, also if one was sent in the place of a code.
    """

    kind: FaultKind
    code: str
    what: str
    remedy: str
    rule: str | None = None
    where: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    """The acts that lead to the one that was refused."""
    rule_text: str | None = None
    """The rule in words, in Swedish."""
    rule_text_english: str | None = None

    def __post_init__(self) -> None:
        """Hide what a caller sent that is no word of ours."""
        for name in ("what", "remedy"):
            object.__setattr__(self, name, hide_personal_numbers(getattr(self, name)))
        object.__setattr__(self, "where", tuple(map(hide_personal_numbers, self.where)))

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.kind.status


class RequestRefused(Exception):
    """A request that a face refuses before any act is decided: a header, a parameter, an address, a form."""

    def __init__(
        self, kind: FaultKind, code: str, what: str, remedy: str, *, rule: str | None = None, where: Sequence[str] = ()
    ) -> None:
        super().__init__(what)
        self.fault = Fault(kind, code, what, remedy, rule=rule, where=tuple(where))


def bad_header(name: str, problem: str, remedy: str, *, rule: str | None = None) -> RequestRefused:
    """Return the refusal of a header that cannot be used."""
    what = f"The header {name} {problem}"
    return RequestRefused(FaultKind.BAD_REQUEST, "HEADER_INVALID", what, remedy, rule=rule, where=(name,))


KNOWN_ERRORS = (
    Refusal,
    RequestRefused,
    TokenRefused,
    CaseUnknown,
    WordsUnknown,
    VersionMismatch,
    CommandReused,
    AlreadyThere,
    TooBusy,
    ActUnstorable,
    AgreementsUnreadable,
    StoreUnavailable,
    OperationalError,
    DataError,
    ClientDisconnect,
)
"""The errors that `fault_of` knows."""

OURS = Fault(
    FaultKind.INTERNAL,
    "INTERNAL",
    "Something went wrong here; nothing was recorded unless a repeat says so",
    "try again, or report it",
)
"""The fault for an error in the service itself."""


def fault_of(error: Exception) -> Fault | None:
    """Return the fault that a caller sees for an error; None for an error in the service itself."""
    match error:
        case Refusal():
            return Fault(
                OF_REFUSALS[error.kind],
                error.code,
                error.message,
                error.remedy,
                rule=error.rule,
                where=error.where,
                acts=error.acts,
            )
        case RequestRefused():
            return error.fault
        case TokenRefused():
            return Fault(
                FaultKind.TOKEN_REQUIRED, "TOKEN_REQUIRED", str(error), "ask for a token: kvittens token --help"
            )
        case CaseUnknown():
            return Fault(
                FaultKind.NOT_FOUND,
                "NOT_FOUND",
                "There is nothing here that your principal may read",
                "check the id; only the principals of a case may read it",
            )
        case WordsUnknown():
            known = "; ".join(f"{name}: {', '.join(words)}" for name, words in error.known.items())
            return Fault(
                FaultKind.BAD_REQUEST,
                "WORD_UNKNOWN",
                f"No such {' and no such '.join(error.known)} can be asked about",
                f"give a word that the text knows, or leave it out: {known}",
                rule="SYS-7",
                where=tuple(f"query.{name}" for name in error.known),
            )
        case VersionMismatch():
            return Fault(
                FaultKind.VERSION_MISMATCH,
                "VERSION_MISMATCH",
                str(error),
                "read the current version and decide anew",
                where=("/".join(error.key),),
            )
        case CommandReused():
            return Fault(
                FaultKind.KEY_REUSED,
                "IDEMPOTENCY_KEY_REUSED",
                "The Idempotency-Key was used for a request with other content",
                "use a new key for a new request",
                where=("Idempotency-Key",),
            )
        case AlreadyThere():
            return Fault(
                FaultKind.DUPLICATE,
                "ALREADY_EXISTS",
                "What this act would open exists already; nothing was recorded",
                "act on the one that exists",
                where=(str(error.id),),
            )
        case TooBusy():
            return Fault(
                FaultKind.CONFLICT,
                "CONFLICT",
                "Others act on the same thing at this moment; nothing was recorded",
                "read it again and try again",
            )
        case ActUnstorable():
            return Fault(
                FaultKind.VALUE,
                "UNSTORABLE",
                "The act says something that the record cannot keep; nothing was recorded",
                "shorten or clean its texts and identifiers, such as from control characters",
            )
        case DataError():
            return Fault(
                FaultKind.BAD_REQUEST,
                "INVALID_VALUE",
                "The request holds a value that nothing can be looked up by",
                "check the ids and the parameters, such as for control characters",
            )
        case OutcomeUnknown():
            return Fault(
                FaultKind.UNAVAILABLE,
                "OUTCOME_UNKNOWN",
                "The record did not answer in time; whether the act was recorded is not known",
                "send the same request again with the same Idempotency-Key; without one, read first",
            )
        case ClientDisconnect():
            return Fault(
                FaultKind.BAD_REQUEST,
                "BODY_CUT",
                "The connection was closed before the body was whole; nothing was recorded",
                "send the request again",
            )
        case AgreementsUnreadable():
            return Fault(
                FaultKind.UNAVAILABLE,
                "AGREEMENTS_UNREADABLE",
                "This release cannot read a version of the county's agreement, which could be the one in force",
                "tell those who run Kvittens, who find the version in the log; other counties are answered",
            )
        case StoreUnavailable() | OperationalError():
            return Fault(
                FaultKind.UNAVAILABLE,
                "STORE_UNAVAILABLE",
                "The record cannot be reached right now",
                "send the same request again, with the same Idempotency-Key, in a few seconds",
            )
        case _:
            return None
