"""The words that a version's text chooses among: acts, checks, steps, holders, keys, ways and subjects."""

from enum import StrEnum


class ActName(StrEnum):
    """The acts that the domain decides on, and that a version can give to somebody."""

    RAISE_NEED = "raise-need"
    SUPPLEMENT_REFERRAL = "supplement-referral"
    SEND_REFERRAL = "send-referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge-referral"
    CONTACT_PRINCIPAL = "contact-principal"
    START_ASSESSMENT = "start-assessment"
    RECORD_ASSESSMENT = "record-assessment"
    EVALUATE_CRITERIA = "evaluate-criteria"
    AGREE_EXCEPTION = "agree-exception"
    CONSIDER_JOINTLY = "consider-jointly"
    ESTABLISH_LEVEL = "establish-level"
    RAISE_DISAGREEMENT = "raise-disagreement"
    RECORD_POSITION = "record-position"
    RECORD_PROCEDURE_STEP = "record-procedure-step"
    RESOLVE_DISAGREEMENT = "resolve-disagreement"
    ACCEPT_REFERRAL = "accept-referral"
    DECLINE_REFERRAL = "decline-referral"
    WITHDRAW_REFERRAL = "withdraw-referral"
    CLOSE_REFERRAL = "close-referral"
    INITIATE_PLAN = "initiate-plan"
    HOLD_PLANNING = "hold-planning"
    PLAN_WITHOUT_INDIVIDUAL = "plan-without-individual"
    RECORD_PLAN_SECTION = "record-plan-section"
    PLAN_INTERVENTION = "plan-intervention"
    ASSIGN_CONTACT_ROLE = "assign-contact-role"
    AGREE_PLAN = "agree-plan"
    REVISE_PLAN = "revise-plan"
    FOLLOW_UP_PLAN = "follow-up-plan"
    COMMIT_TO_ENROLMENT = "commit-to-enrolment"
    REFUSE_ENROLMENT = "refuse-enrolment"
    START_ENROLMENT = "start-enrolment"
    ASSESS_RISKS = "assess-risks"
    CONFIRM_READINESS = "confirm-readiness"
    OPEN_READINESS_ACTION = "open-readiness-action"
    HAND_OVER_INTERVENTION = "hand-over-intervention"
    ACCEPT_HANDOVER = "accept-handover"
    DELEGATE_TASK = "delegate-task"
    PERFORM_INTERVENTION = "perform-intervention"
    DECLARE_DISCHARGE = "declare-discharge"
    CONTEST_DISCHARGE = "contest-discharge"
    COMPLETE_DISCHARGE = "complete-discharge"
    INFORM_INDIVIDUAL = "inform-individual"
    TRANSFER_INFORMATION = "transfer-information"
    RECORD_DEATH = "record-death"
    RECORD_MOVE = "record-move"
    RECORD_STATEMENT = "record-statement"
    RECORD_CIRCUMSTANCE = "record-circumstance"
    PROPOSE_HANDOVER = "propose-handover"
    OPEN_DISCHARGE_PLANNING = "open-discharge-planning"
    START_REHAB_ASSESSMENT = "start-rehab-assessment"
    GRANT_DEPARTURE = "grant-departure"
    WITHDRAW_DISAGREEMENT = "withdraw-disagreement"
    ESCALATE_DISAGREEMENT = "escalate-disagreement"
    CLOSE_PLAN = "close-plan"
    LAPSE_PLAN = "lapse-plan"
    TRANSFER_ORDERER = "transfer-orderer"
    ASSESS_SELF_CARE = "assess-self-care"
    HAND_OVER_SELF_CARE = "hand-over-self-care"
    MOVE_SELF_CARE = "move-self-care"
    PROPOSE_ENROLMENT = "propose-enrolment"
    RECORD_HOME_VISIT = "record-home-visit"
    RECORD_HOURS = "record-hours"
    SUBMIT_VERSION = "submit-version"
    SIGN_VERSION = "sign-version"
    PUBLISH_VERSION = "publish-version"
    END_VERSION = "end-version"
    HOLD_FOLLOW_UP = "hold-follow-up"
    AGREE_LOCAL_AGREEMENT = "agree-local-agreement"
    PUBLISH_LOCAL_ROUTINE = "publish-local-routine"


class Evaluation(StrEnum):
    """How a track weighs its criteria."""

    CONSIDER_WITH_EXCEPTION = "consider-with-exception"
    """Every criterion is considered; an unmet one needs the exception that its waiver describes."""
    ALL = "all"
    """Every criterion must be met; there is no exception."""


class Guard(StrEnum):
    """A check that decisions make only where the version's text turns it on, on the clauses that it gives."""

    JOINT_INVESTIGATION = "joint-investigation"
    """Staff of both parties take part in the investigation."""
    JOINT_ASSESSMENT = "joint-assessment"
    """Nothing is established, accepted or declined on one party's assessment."""
    ASSESSMENT_FIRST = "assessment-first"
    """A request is not declined or closed without an assessment."""
    EQUAL_LEVELS = "equal-levels"
    """The care level is established only where the parties' assessments agree on it."""
    JOINT_CONSIDERATION = "joint-consideration"
    """The form of care for an advanced intervention is considered by both parties."""
    PLAN_AFTER_LEVEL = "plan-after-level"
    """A plan is established only when the care level is."""
    JOINT_PLANNING = "joint-planning"
    """Staff of both parties take part in planning."""
    WITH_INDIVIDUAL = "with-individual"
    """Planning is done with the individual."""
    OWN_WORDS = "own-words"
    """Nobody amends the other party's entry."""
    RISKS_ADDRESSED = "risks-addressed"
    """Nothing moves home while a risk is not addressed."""
    ACCEPTED_HANDOVER = "accepted-handover"
    """A handover moves nothing until the receiver accepts it."""
    DELEGATION = "delegation"
    """Unlicensed staff perform only what licensed staff have assigned or delegated to them."""
    JOINT_LEVEL = "joint-level"
    """The border between the care levels is drawn by both parties together."""
    ATTENDANCE = "attendance"
    """Each party takes part in planning, or says why it does not."""
    ONE_DUTY_HOLDER = "one-duty-holder"
    """Every planned intervention names the one principal that answers for it."""


class Step(StrEnum):
    """A step of the way from need to decision that a track can prescribe, named as the state it leads to."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IN_CONTACT = "in-contact"
    ASSESSING = "assessing"
    LEVEL_ESTABLISHED = "level-established"


class Holder(StrEnum):
    """Who can answer for an intervention: a principal, or a child's guardian."""

    REGION = "region"
    MUNICIPALITY = "municipality"
    GUARDIAN = "guardian"


class Key(StrEnum):
    """Which of several municipalities, or health centres, is meant."""

    RESIDENCE = "residence"
    """Where the person is registered as resident (bosättning, folkbokföring)."""
    STAY = "stay"
    """Where the person stays (vistelse)."""
    LISTING = "listing"
    """Where the person is listed (listning)."""


class Way(StrEnum):
    """The ways in which the parties can cooperate on care at home (SKR-10-1 to -4)."""

    TRANSFER = "transfer"
    """The municipality becomes both principal and provider."""
    COOPERATION = "cooperation"
    """Each does what is in its own commission; nothing is moved."""
    PRIMARY_AGREEMENT = "primary-agreement"
    """The municipality becomes provider of tasks at primary level; who is principal must be said."""
    SPECIALISED_AGREEMENT = "specialised-agreement"
    """The municipality becomes provider of tasks at specialised level; the region stays principal."""


class DisputeSubject(StrEnum):
    """What the parties can disagree on."""

    REFERRAL = "referral"
    ENROLMENT = "enrolment"
    LEVEL = "level"
    PLAN = "plan"
    DISCHARGE = "discharge"
    INVOICE = "invoice"
