"""Every way an act can be refused (catalogue C.5). The code is stable; the service maps each to HTTP in one table."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from domain.kernel import Refusal, RefusalKind


class ContentMissing(Refusal):
    """Something the agreement requires is absent; `where` names each field."""

    code = "CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject: ClassVar[str] = "The content"

    def __init__(self, fields: Sequence[str], *, rule: str) -> None:
        super().__init__(
            f"{self.subject} lacks: {', '.join(fields)}", rule=rule, remedy=f"give {', '.join(fields)}", where=fields
        )


class ReferralContentMissing(ContentMissing):
    """F1: a request without need, goal, permanent physician contact or permanent care contact (ORE-3.1.2-3, -4)."""

    code = "REFERRAL_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The request (vårdbegäran)"


class AssessmentContentMissing(ContentMissing):
    """An investigation that leaves direction, content, allocation or goals open (ORE-3.1.3-4, -6)."""

    code = "ASSESSMENT_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The assessment"


class ContentNotKnown(Refusal):
    """A part, a field or a role that the version's text does not have; nothing misspelt enters the record."""

    code = "CONTENT_NOT_KNOWN"
    kind = RefusalKind.VALUE

    def __init__(self, what: str, names: Sequence[str], *, known: Sequence[str], rule: str) -> None:
        super().__init__(
            f"The agreement has no {what} {', '.join(names)}",
            rule=rule,
            remedy=f"give one of {', '.join(known)}" if known else f"leave the {what} out",
            where=names,
        )


class PlanContentMissing(ContentMissing):
    """F12: a plan with a part, a contact or the coordinator missing (ORE-3.1.4-9 to -18)."""

    code = "PLAN_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The plan"


class ActorNotAllowed(Refusal):
    """F2: the actor's party, unit or role may not do this under the agreement."""

    code = "ACTOR_NOT_ALLOWED"
    kind = RefusalKind.FORBIDDEN


class ActorNotReceiver(Refusal):
    """F3: only the receiving municipality acknowledges (ORE-3.1.2-6)."""

    code = "ACTOR_NOT_RECEIVER"
    kind = RefusalKind.FORBIDDEN


class NotYourPrincipal(Refusal):
    """F22: an act for another principal, or an amendment of the other's entry (SYS-3, ORE-3.1.4-8)."""

    code = "NOT_YOUR_PRINCIPAL"
    kind = RefusalKind.FORBIDDEN


class NotParty(Refusal):
    """The actor's principal is not a party of the case."""

    code = "NOT_PARTY"
    kind = RefusalKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "Your principal is not a party of this case",
            rule="SYS-3",
            remedy="act on a case that your principal has sent or received",
        )


class WrongState(Refusal):
    """F4, F21: the act does not follow on the state."""

    code = "WRONG_STATE"
    kind = RefusalKind.CONFLICT

    def __init__(self, *, what: str, state: str, wanted: Sequence[str], rule: str) -> None:
        super().__init__(
            f"{what} is {state}; this act needs {' or '.join(wanted)}",
            rule=rule,
            remedy=f"read the current state; the act is possible when it is {' or '.join(wanted)}",
            where=(state,),
        )


class OccurredTooEarly(Refusal):
    """An act, or the day it tells of, dated before the state it follows on."""

    code = "OCCURRED_TOO_EARLY"
    kind = RefusalKind.VALUE

    def __init__(self, *, occurred_at: datetime, since: datetime, what: str, field: str = "occurred_at") -> None:
        super().__init__(
            f"{field} {occurred_at.isoformat()} is before {since.isoformat()}, when {what}",
            rule="SYS-6",
            remedy=f"give a time or day for {field} at or after {since.isoformat()}",
            where=(field,),
        )


class OccurredInFuture(Refusal):
    """An act dated later than the moment it is recorded."""

    code = "OCCURRED_IN_FUTURE"
    kind = RefusalKind.VALUE

    def __init__(self, *, occurred_at: datetime, now: datetime) -> None:
        super().__init__(
            f"occurred_at {occurred_at.isoformat()} is in the future; it is now {now.isoformat(timespec='seconds')}",
            rule="SYS-1",
            remedy="give the time at which it happened, or leave occurred_at out",
            where=("occurred_at",),
        )


class JointAssessmentMissing(Refusal):
    """F5: a decision with one party's assessment only (ORE-3.1.1-3)."""

    code = "JOINT_ASSESSMENT_MISSING"
    kind = RefusalKind.CONFLICT


class AssessmentRequired(Refusal):
    """F6: a request closed or declined without assessment (ORE-3.1.2-5)."""

    code = "ASSESSMENT_REQUIRED"
    kind = RefusalKind.CONFLICT


class CriterionNotConsidered(Refusal):
    """F7: a decision with a criterion not considered (ORE-3.1.1-4)."""

    code = "CRITERION_NOT_CONSIDERED"
    kind = RefusalKind.RULE


class CriterionNotMet(Refusal):
    """A criterion is unmet and the parties have agreed no exception (ORE-3.1.1-4, -10)."""

    code = "CRITERION_NOT_MET"
    kind = RefusalKind.RULE


class AgeNotCovered(Refusal):
    """F16: the age criterion is unmet and the parties have agreed no exception (ORE-3.1.1-5, -10)."""

    code = "AGE_NOT_COVERED"
    kind = RefusalKind.RULE


class ExceptionNeedsConsensus(Refusal):
    """F8: an exception that only one party has agreed to (ORE-3.1.1-10)."""

    code = "EXCEPTION_NEEDS_CONSENSUS"
    kind = RefusalKind.RULE


class NoExceptionInPolicy(Refusal):
    """F9: the version in force lets nobody set this criterion aside."""

    code = "NO_EXCEPTION_IN_POLICY"
    kind = RefusalKind.RULE


class OtherPartyMissing(Refusal):
    """F10, F19: one party tries to complete what needs both (ORE-3-3, 3.1.3-10, 3.1.7-1)."""

    code = "OTHER_PARTY_MISSING"
    kind = RefusalKind.CONFLICT


class PositionsDiffer(Refusal):
    """The parties' assessments differ; only a disagreement is possible (ORE-3.1.3-10)."""

    code = "POSITIONS_DIFFER"
    kind = RefusalKind.CONFLICT


class JointConsiderationMissing(Refusal):
    """An advanced intervention that the parties have not considered together (ORE-2.2-10)."""

    code = "JOINT_CONSIDERATION_MISSING"
    kind = RefusalKind.RULE


class DisputeOpen(Refusal):
    """F11: performance does not move while a disagreement is open (ORE-3.1.3-14)."""

    code = "DISPUTE_OPEN"
    kind = RefusalKind.CONFLICT


class NotRetroactive(Refusal):
    """F11: a resolution has effect from its own day at the earliest (ORE-3.1.3-14)."""

    code = "NOT_RETROACTIVE"
    kind = RefusalKind.RULE


class ResolutionsDiffer(Refusal):
    """The two parties' declarations of the same resolution say different things."""

    code = "RESOLUTIONS_DIFFER"
    kind = RefusalKind.CONFLICT


class PlanPartyMissing(Refusal):
    """F13: a plan established by one party, or without physician or municipal nurse (ORE-3.1.4-7, -10)."""

    code = "PLAN_PARTY_MISSING"
    kind = RefusalKind.CONFLICT


class PlanRequired(Refusal):
    """F15: an enrolment started without an established plan (ORE-3.1.4-1)."""

    code = "PLAN_REQUIRED"
    kind = RefusalKind.CONFLICT


class NeverMunicipal(Refusal):
    """F17: a physician's intervention or a coercive measure given to a municipality (ORE-1.1-2, 3.2.1-17)."""

    code = "NEVER_MUNICIPAL"
    kind = RefusalKind.RULE


class NotMunicipal(Refusal):
    """The responsibility matrix does not give this intervention to the municipality."""

    code = "NOT_MUNICIPAL"
    kind = RefusalKind.RULE


class NoDelegation(Refusal):
    """F18: an unlicensed performer without assignment or delegation (ORE-1.5-5)."""

    code = "NO_DELEGATION"
    kind = RefusalKind.RULE


class NotReady(Refusal):
    """Competence or equipment unconfirmed, or a risk not addressed, before care moves home (ORE-2.2-4, 3.1.3-11)."""

    code = "NOT_READY"
    kind = RefusalKind.CONFLICT


class InformationDutyOpen(Refusal):
    """F20: a discharge without telling the individual where to turn (ORE-3.1.7-2)."""

    code = "INFORMATION_DUTY_OPEN"
    kind = RefusalKind.RULE


class NoAgreementInForce(Refusal):
    """F25: no agreement version was in force for this county at the time (SYS-2)."""

    code = "NO_AGREEMENT_IN_FORCE"
    kind = RefusalKind.RULE


class PersonalNumber(Refusal):
    """A text with a personal identity number: events hold only an opaque person id."""

    code = "PERSONAL_NUMBER"
    kind = RefusalKind.VALUE


class UnknownReference(Refusal):
    """The act names an intervention, person or unit that the case or the directory does not hold."""

    code = "UNKNOWN_REFERENCE"
    kind = RefusalKind.NOT_FOUND


class PreconditionMissing(Refusal):
    """An act before what the version's ordering rules demand first."""

    code = "PRECONDITION_MISSING"
    kind = RefusalKind.CONFLICT


class SipRequired(PreconditionMissing):
    """F14: a handover from specialised care without a SIP, or before it (ORE-3.2-2, 3.2.1-11)."""

    code = "SIP_REQUIRED"
    kind = RefusalKind.CONFLICT


class IntroductionRequired(PreconditionMissing):
    """F24: independent duty before the introduction with the patient (GAV-7-2)."""

    code = "INTRODUCTION_REQUIRED"
    kind = RefusalKind.CONFLICT


class ReassessmentRequired(PreconditionMissing):
    """F23: a guardian's responsibility for self-care moved without a new assessment (GAV-9-6)."""

    code = "REASSESSMENT_REQUIRED"
    kind = RefusalKind.CONFLICT


class CostAgreementMissing(PreconditionMissing):
    """F29: a claim for a non-resident before a cost agreement (VML-12-5)."""

    code = "COST_AGREEMENT_MISSING"
    kind = RefusalKind.CONFLICT


class ConsentMissing(PreconditionMissing):
    """Something that the individual has not consented to (ORE-3.2.1-5)."""

    code = "CONSENT_MISSING"
    kind = RefusalKind.CONFLICT


class RoleMissing(PreconditionMissing):
    """Nobody holds a role that must be held (VML-5-6, 6-2, 8-2; GAV-2-10)."""

    code = "ROLE_MISSING"
    kind = RefusalKind.CONFLICT


class ExceptionGroundInvalid(Refusal):
    """F28: a departure on a ground that the version does not know, or without a reason (VML-4-3)."""

    code = "EXCEPTION_GROUND_INVALID"
    kind = RefusalKind.RULE


class GroundExcluded(Refusal):
    """An enrolment on a ground by which the version means another municipality (VML-12-4, VML-13-1)."""

    code = "GROUND_EXCLUDED"
    kind = RefusalKind.RULE


class LevelContradicted(Refusal):
    """An assessment whose ground is of another care level than it gives (SKR-4-7)."""

    code = "LEVEL_CONTRADICTED"
    kind = RefusalKind.RULE


class TrackRequired(Refusal):
    """A need for which several tracks are possible and none is named, or that belongs on another (ORE-3-5, -7)."""

    code = "TRACK_REQUIRED"
    kind = RefusalKind.RULE


_BY_CODE: dict[str, type[Refusal]] = {
    one.code: one
    for one in (
        PreconditionMissing,
        SipRequired,
        IntroductionRequired,
        ReassessmentRequired,
        CostAgreementMissing,
        ConsentMissing,
        RoleMissing,
        PlanRequired,
        InformationDutyOpen,
        NotReady,
    )
}

PRECONDITION_CODES = tuple(_BY_CODE)
"""The codes that a text may give to an ordering rule."""


def precondition_refusal(code: str) -> type[Refusal]:
    """The refusal of that code."""
    return _BY_CODE[code]
