"""Refusals of acts on cases and ledgers (catalogue C.5). Each code is stable; the service maps each kind to HTTP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from domain.kernel import Refusal, RefusalKind, Value, legal_day

FORMS: Mapping[str, str] = {"date": "a day, such as 2027-05-20", "bool": "true or false"}
"""The form of a value by its type, in words."""


class ContentMissing(Refusal):
    """Content that the agreement requires is missing. `where` names each field, and `titles` has their labels."""

    code = "CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject: ClassVar[str] = "The content"

    def __init__(
        self,
        fields: Sequence[str],
        *,
        rule: str,
        acts: Sequence[str] = (),
        descriptions: Sequence[str] = (),
        titles: Sequence[str] = (),
    ) -> None:
        """`descriptions` has each field with the form in which it is asked for. If left out, any form will do.

        `titles` has the labels of the fields in the text, in Swedish. If left out, the text has none.
        """
        super().__init__(
            f"{self.subject} lacks {', '.join(fields)}",
            rule=rule,
            remedy=f"give {'; '.join(descriptions) or ', '.join(fields)}{f' by {_either(acts)}' if acts else ''}",
            where=fields,
            acts=acts,
        )
        self.titles = tuple(titles)


class ReferralContentMissing(ContentMissing):
    """F1: a request lacks the need, the goal, the physician contact or the care contact (ORE-3.1.2-3, -4)."""

    code = "REFERRAL_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The request (vårdbegäran)"


class RequestOpen(Refusal):
    """The principal has open requests for the same person and the same need. `where` names their cases."""

    code = "REQUEST_OPEN"
    kind = RefusalKind.CONFLICT

    def __init__(self, cases: Sequence[str]) -> None:
        super().__init__(
            "Your principal has an open request for this person and this need",
            rule="SYS-5",
            remedy="go on in that case, or ask once more and name in despite each case that where lists",
            where=cases,
        )


class AssessmentContentMissing(ContentMissing):
    """An assessment lacks the direction, the content, the allocation or the goals (ORE-3.1.3-4, -6)."""

    code = "ASSESSMENT_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The assessment"


class ContentNotKnown(Refusal):
    """A part, field or role is not in the text of the version, so that nothing misspelt enters the record."""

    code = "CONTENT_NOT_KNOWN"
    kind = RefusalKind.VALUE

    def __init__(
        self,
        what: str,
        names: Sequence[str],
        *,
        known: Sequence[str],
        rule: str,
        remedy: str | None = None,
        acts: Sequence[str] = (),
    ) -> None:
        """`remedy` is the remedy, if another of the `known` names would not do."""
        one_of = f"give one of {', '.join(known)}" if known else f"leave the {what} out"
        super().__init__(
            f"The agreement has no {what} {', '.join(names)}",
            rule=rule,
            remedy=remedy or one_of,
            where=names,
            acts=acts,
        )


class ContentOfOtherType(Refusal):
    """A field is no day, or neither yes nor no, and the agreement asks for that. `titles` has the fields' labels."""

    code = "CONTENT_OF_OTHER_TYPE"
    kind = RefusalKind.VALUE

    def __init__(self, types: Mapping[str, str], *, titles: Sequence[str], rule: str) -> None:
        super().__init__(
            "; ".join(f"{name} is not {FORMS[type]}" for name, type in types.items()),
            rule=rule,
            remedy=f"give {'; '.join(f'{name} as {FORMS[type]}' for name, type in types.items())}",
            where=tuple(types),
        )
        self.titles = tuple(titles)


class PlanContentMissing(ContentMissing):
    """F12: a plan lacks a part, a contact or the coordinator (ORE-3.1.4-9 to -18)."""

    code = "PLAN_CONTENT_MISSING"
    kind = RefusalKind.MISSING
    subject = "The plan"


class ActorNotAllowed(Refusal):
    """F2: the agreement does not let the actor's party, unit, role or offices do this act.

    `allowed` has the groups that may, if the version names any, and `offices` its names of offices, in Swedish.
    """

    code = "ACTOR_NOT_ALLOWED"
    kind = RefusalKind.FORBIDDEN

    def __init__(
        self,
        message: str,
        *,
        rule: str,
        remedy: str,
        where: Sequence[str] = (),
        allowed: Sequence[Value] = (),
        offices: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, rule=rule, remedy=remedy, where=where)
        self.allowed = tuple(allowed)
        self.offices = dict(offices or {})


class ActorNotReceiver(Refusal):
    """F3: only the municipality that received the request can acknowledge it (ORE-3.1.2-6)."""

    code = "ACTOR_NOT_RECEIVER"
    kind = RefusalKind.FORBIDDEN


class NotYourPrincipal(Refusal):
    """F22: the act is on behalf of another principal, or changes its entry (SYS-3, ORE-3.1.4-8)."""

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
    """F4, F21: the act is not possible in the present state."""

    code = "WRONG_STATE"
    kind = RefusalKind.CONFLICT

    def __init__(
        self,
        *,
        subject: str,
        state: str,
        needed: Sequence[str],
        rule: str,
        acts: Sequence[str] = (),
        instead: str | None = None,
    ) -> None:
        """`instead` is the remedy, if the acts do not lead to the needed state but take the place of this one."""
        first = f"first do {_either(acts)}" if acts else "no act leads back there; see what the case waits for"
        self._instead = instead
        super().__init__(
            f"{subject} is {state}. This act is possible only when it is {' or '.join(needed)}",
            rule=rule,
            remedy=instead or first,
            where=(state,),
            acts=acts,
        )

    def recommend(self, acts: Sequence[str], actors: Sequence[str] = ()) -> None:
        """Recommend these acts. They are the whole remedy, unless they take the place of the refused act."""
        self.acts = tuple(acts)
        self.remedy = "; ".join((self._instead or f"first do {_either(acts)}", *actors))


class OccurredTooEarly(Refusal):
    """The date of an act, or a day in it, is before the event that it follows on. `first` is the earliest one."""

    code = "OCCURRED_TOO_EARLY"
    kind = RefusalKind.VALUE

    def __init__(
        self,
        *,
        occurred_at: datetime,
        since: datetime,
        event: str,
        field: str = "occurred_at",
        acts: Sequence[str] = (),
    ) -> None:
        is_time = field.endswith("_at")
        given, self.first = (at if is_time else legal_day(at) for at in (occurred_at, since))
        first = self.first.isoformat()
        super().__init__(
            f"{field} {given.isoformat()} is before {first}, when {event}",
            rule="SYS-6",
            remedy=f"give a {'time' if is_time else 'day'} for {field} that is not before {first}",
            where=(field,),
            acts=acts,
        )


class OccurredInFuture(Refusal):
    """The date of an act, or a day in it, is later than the moment at which it is recorded."""

    code = "OCCURRED_IN_FUTURE"
    kind = RefusalKind.VALUE

    def __init__(self, *, occurred_at: datetime, now: datetime, field: str = "occurred_at") -> None:
        is_time = field.endswith("_at")
        given = occurred_at if is_time else legal_day(occurred_at)
        super().__init__(
            f"{field} {given.isoformat()} is in the future; it is now {now.isoformat(timespec='seconds')}",
            rule="SYS-1",
            remedy=f"give the time at which it happened, or leave {field} out"
            if is_time
            else f"give the day on which it happened as {field}",
            where=(field,),
        )


class StaysOverlap(Refusal):
    """A stay in hospital would overlap another one that is on record. A person is in hospital once at a time."""

    code = "STAYS_OVERLAP"
    kind = RefusalKind.CONFLICT

    def __init__(self, *, started_at: datetime, ended_at: datetime | None, field: str) -> None:
        end = f"ended {ended_at.isoformat()}" if ended_at is not None else "is going on"
        super().__init__(
            f"Another stay in hospital began {started_at.isoformat()} and {end}; this one would overlap it",
            rule="E14",
            remedy="give as occurred_at and ended_at the times of the admission and of the homecoming, both outside the"
            " other stay; if that one is wrong, let the principal that recorded it correct it first",
            where=(field,),
        )


class NobodyToAsk(Refusal):
    """The other party has not been told of the case, or has returned the request, so nobody there can be asked."""

    code = "NOBODY_TO_ASK"
    kind = RefusalKind.CONFLICT

    def __init__(self, *, acts: Sequence[str]) -> None:
        super().__init__(
            "The other party does not know of this case: no municipality has the request",
            rule="SYS-8",
            remedy=f"send the request first, by {_either(acts)}, and ask then",
            acts=acts,
        )


class ReceivingUnitMissing(Refusal):
    """A request names no unit, and several units of the municipality can receive it."""

    code = "RECEIVING_UNIT_MISSING"
    kind = RefusalKind.MISSING


class JointAssessmentMissing(Refusal):
    """F5: the decision needs an assessment that is missing; the agreement may need one of each party (ORE-3.1.1-3)."""

    code = "JOINT_ASSESSMENT_MISSING"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class AssessmentRequired(Refusal):
    """F6: a request is closed or declined without an assessment (ORE-3.1.2-5)."""

    code = "ASSESSMENT_REQUIRED"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class CriterionNotConsidered(Refusal):
    """F7: a decision is made although a criterion has not been considered (ORE-3.1.1-4)."""

    code = "CRITERION_NOT_CONSIDERED"
    kind = RefusalKind.RULE
    lacks_record = True


class CriterionNotMet(Refusal):
    """A criterion is not met, and the parties have not agreed to set it aside (ORE-3.1.1-4, -10)."""

    code = "CRITERION_NOT_MET"
    kind = RefusalKind.RULE
    lacks_record = True


class AgeNotCovered(Refusal):
    """F16: the age is not covered, and the parties have not agreed to set that criterion aside (ORE-3.1.1-5, -10)."""

    code = "AGE_NOT_COVERED"
    kind = RefusalKind.RULE
    lacks_record = True


class ExceptionNeedsConsensus(Refusal):
    """F8: only one party has agreed to set a criterion aside (ORE-3.1.1-10)."""

    code = "EXCEPTION_NEEDS_CONSENSUS"
    kind = RefusalKind.RULE
    lacks_record = True


class NoExceptionInPolicy(Refusal):
    """F9: the version in force does not let the parties set this criterion aside."""

    code = "NO_EXCEPTION_IN_POLICY"
    kind = RefusalKind.RULE


class OtherPartyMissing(Refusal):
    """F10, F19: the act needs both parties, and the other party is missing (ORE-3-3, 3.1.3-10, 3.1.7-1)."""

    code = "OTHER_PARTY_MISSING"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class PositionsDiffer(Refusal):
    """The parties' assessments or evaluations differ. A disagreement can be raised (ORE-3.1.3-10, 3.1.1-4)."""

    code = "POSITIONS_DIFFER"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class JointConsiderationMissing(Refusal):
    """The parties have not considered the form of care for an advanced intervention jointly (ORE-2.2-10)."""

    code = "JOINT_CONSIDERATION_MISSING"
    kind = RefusalKind.RULE
    lacks_record = True


class DisputeOpen(Refusal):
    """F11: a disagreement is open; who performs does not change until it is resolved (ORE-3.1.3-14)."""

    code = "DISPUTE_OPEN"
    kind = RefusalKind.CONFLICT


class NotRetroactive(Refusal):
    """F11: a resolution has effect at the earliest from the day on which it is recorded (ORE-3.1.3-14)."""

    code = "NOT_RETROACTIVE"
    kind = RefusalKind.RULE


class ResolutionsDiffer(Refusal):
    """The two parties have declared different resolutions."""

    code = "RESOLUTIONS_DIFFER"
    kind = RefusalKind.CONFLICT


class PlanPartyMissing(Refusal):
    """F13: a party, the physician, the municipal nurse or the individual is missing in a plan (ORE-3.1.4-7, -10)."""

    code = "PLAN_PARTY_MISSING"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class PlanTextChanged(Refusal):
    """The plan reads otherwise than the text that is agreed to. `where` names what has been written since."""

    code = "PLAN_TEXT_CHANGED"
    kind = RefusalKind.CONFLICT

    def __init__(self, written: Sequence[str], *, where: Sequence[str], acts: Sequence[str]) -> None:
        super().__init__(
            f"The plan has been written on since it was read: {', '.join(written)}",
            rule="SYS-5",
            remedy="read the plan as it is now, and agree anew by naming the digest of that text",
            where=where,
            acts=acts,
        )


class PlanRequired(Refusal):
    """F15: an enrolment needs an established plan (ORE-3.1.4-1)."""

    code = "PLAN_REQUIRED"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class NeverMunicipal(Refusal):
    """F17: a municipality can never have a physician's intervention or a coercive measure (ORE-1.1-2, 3.2.1-17)."""

    code = "NEVER_MUNICIPAL"
    kind = RefusalKind.RULE


class NotMunicipal(Refusal):
    """The agreement does not give this care to the municipality."""

    code = "NOT_MUNICIPAL"
    kind = RefusalKind.RULE


class NoDelegation(Refusal):
    """F18: an unlicensed performer needs an assignment or a delegation from licensed staff (ORE-1.5-5)."""

    code = "NO_DELEGATION"
    kind = RefusalKind.RULE
    lacks_record = True


class NotReady(Refusal):
    """Competence or equipment is not confirmed, or a risk is not addressed, before care moves home (ORE-2.2-4)."""

    code = "NOT_READY"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class InformationDutyOpen(Refusal):
    """F20: the individual has not been told where to turn after the discharge (ORE-3.1.7-2)."""

    code = "INFORMATION_DUTY_OPEN"
    kind = RefusalKind.RULE
    lacks_record = True


class NoAgreementInForce(Refusal):
    """F25: no agreement version was in force in the county at the time (SYS-2)."""

    code = "NO_AGREEMENT_IN_FORCE"
    kind = RefusalKind.RULE


class PersonalNumber(Refusal):
    """A text has a personal identity number. Events have only an opaque id of the person."""

    code = "PERSONAL_NUMBER"
    kind = RefusalKind.VALUE

    def __init__(self, where: Sequence[str], *, lines: Sequence[int] = ()) -> None:
        """Make the refusal of fields, or of some lines of a long text."""
        self.lines = tuple(lines)
        named = f", in line {' and '.join(map(str, lines))}" if lines else ""
        super().__init__(
            f"A text holds a personal identity number{named}",
            rule="SYS-1",
            remedy="write about the person without it; nothing on record names anyone",
            where=where,
        )


class UnknownReference(Refusal):
    """The act refers to an intervention, person, unit or event that does not exist in the case or the directory."""

    code = "UNKNOWN_REFERENCE"
    kind = RefusalKind.NOT_FOUND


class PreconditionMissing(Refusal):
    """An ordering rule of the version needs something else on record first."""

    code = "PRECONDITION_MISSING"
    kind = RefusalKind.CONFLICT
    lacks_record = True


class SipRequired(PreconditionMissing):
    """F14: a handover from specialised care needs an established SIP first (ORE-3.2-2, 3.2.1-11)."""

    code = "SIP_REQUIRED"
    kind = RefusalKind.CONFLICT


class IntroductionRequired(PreconditionMissing):
    """F24: staff need an introduction with the patient before they work alone (GAV-7-2)."""

    code = "INTRODUCTION_REQUIRED"
    kind = RefusalKind.CONFLICT


class ReassessmentRequired(PreconditionMissing):
    """F23: responsibility for self-care moves only after a new assessment (GAV-9-6)."""

    code = "REASSESSMENT_REQUIRED"
    kind = RefusalKind.CONFLICT


class CostAgreementMissing(PreconditionMissing):
    """F29: a claim for a non-resident needs a cost agreement first (VML-12-5)."""

    code = "COST_AGREEMENT_MISSING"
    kind = RefusalKind.CONFLICT


class ConsentMissing(PreconditionMissing):
    """The individual's consent is missing (ORE-3.2.1-5)."""

    code = "CONSENT_MISSING"
    kind = RefusalKind.CONFLICT


class RoleMissing(PreconditionMissing):
    """A contact role that the agreement requires is not filled (VML-5-6, 6-2, 8-2; GAV-2-10)."""

    code = "ROLE_MISSING"
    kind = RefusalKind.CONFLICT


class ExceptionGroundInvalid(Refusal):
    """F28: a departure needs a ground of the version, and a reason (VML-4-3)."""

    code = "EXCEPTION_GROUND_INVALID"
    kind = RefusalKind.RULE


class GroundExcluded(Refusal):
    """The ground of the enrolment points to another municipality (VML-12-4, VML-13-1)."""

    code = "GROUND_EXCLUDED"
    kind = RefusalKind.RULE


class LevelContradicted(Refusal):
    """The ground of an assessment belongs to another care level than the assessment gives (SKR-4-7)."""

    code = "LEVEL_CONTRADICTED"
    kind = RefusalKind.RULE


class CircumstanceFollows(Refusal):
    """The circumstance follows from something else on record, such as the evaluation of the criteria (SYS-7)."""

    code = "CIRCUMSTANCE_FOLLOWS"
    kind = RefusalKind.RULE


class TrackRequired(Refusal):
    """A need must name its track, because several are possible or it belongs on another one (ORE-3-5, -7)."""

    code = "TRACK_REQUIRED"
    kind = RefusalKind.RULE


def _either(acts: Sequence[str]) -> str:
    return " or ".join(acts)


_BY_CODE: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
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
"""Refusal codes that an agreement text can give to an ordering rule."""


def precondition_refusal(code: str) -> type[Refusal]:
    """Return the refusal with the code."""
    return _BY_CODE[code]
