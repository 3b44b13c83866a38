"""The check that an ordering rule can be met: what it needs is possible before the act that waits for it."""

from collections.abc import Iterator, Mapping

from domain.agreements.model import ActName, Agreement, Need, Precondition, Step, Track
from domain.authoring.faults import PARTIES, EntryFault, Message
from domain.case.permission import find_groups
from domain.case.rules.referral_criteria import EVALUATION
from domain.case.rules.referral_steps import LEADS_TO
from domain.case.state.referral import ReferralStatus
from domain.case.triggers import TOPIC_ACTS
from domain.kernel import Party

_ORDER = tuple(Step)
_STEPS: Mapping[ActName, Step] = {act: step for step in Step for act in LEADS_TO[ReferralStatus(step.value)]}
"""The step that an act takes."""
_AFTER: Mapping[ActName, Step] = {
    ActName.ASK_QUESTION: Step.SENT,
    ActName.ANSWER_QUESTION: Step.SENT,
    ActName.EVALUATE_CRITERIA: Step.ASSESSING,
    ActName.RECORD_ASSESSMENT: Step.ASSESSING,
    ActName.CONSIDER_JOINTLY: Step.ASSESSING,
    ActName.RECORD_POSITION: Step.ASSESSING,
    ActName.RECORD_PROCEDURE_STEP: Step.ASSESSING,
}
"""The last of the steps that must have been taken before an act, if the track prescribes them."""


def find_untimely_needs(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the ordering rules that refuse a step until something that is possible only after the step.

    `whole` is the text with the national background.
    """
    for index, rule in enumerate(agreement.preconditions):
        for track in whole.tracks if rule.enforce == "refuse" else ():
            fault = _find_late_need(whole, rule, track) if not rule.tracks or track.id in rule.tracks else None
            if fault is not None:
                what, remedy = fault
                yield EntryFault(
                    path=("preconditions", index, "needs"),
                    what=f"cannot be met on the track {track.id}{what.english}",
                    remedy=remedy.english,
                    swedish=f"Regeln kan inte uppfyllas på vägen in {track.id}{what.swedish}. {remedy.swedish}.",
                )
                break


def _find_late_need(whole: Agreement, rule: Precondition, track: Track) -> tuple[Message, Message] | None:
    """Return why a rule cannot be met on a track, and the remedy. None if what it needs is possible in time."""
    if rule.needs.happened == EVALUATION and _is_evaluated_first(whole, track):
        return _find_no_evaluator(whole, track) if ActName.SEND_REFERRAL in rule.acts else None
    taken = _list_steps_before(rule.needs, track)
    act = next((act for act in rule.acts if _STEPS.get(act) in taken), None)
    if act is None:
        return None
    what = Message(
        f": it is possible only after {act}, which waits for it",
        f": det som den kräver kan göras först efter {act}, som väntar på det",
    )
    later = next((step for step in track.steps if step not in taken), None)
    doing = LEADS_TO[ReferralStatus(later.value) if later is not None else ReferralStatus.ACCEPTED][0]
    return what, Message(
        f"let the rule hold for a later act, such as {doing}, or remove the step from the track",
        f"Låt regeln gälla en senare handling, till exempel {doing}, eller ta bort steget ur vägen in",
    )


def _list_steps_before(need: Need, track: Track) -> tuple[Step, ...]:
    """List the prescribed steps that must have been taken before what a rule needs is possible."""
    topic = need.happened or ""
    act = TOPIC_ACTS.get(topic)
    if topic.startswith("enrolment."):
        return track.steps
    if need.plan is not None or need.contact is not None or topic.startswith("care-plan."):
        last = Step.ASSESSING if Step.ASSESSING in track.steps else None
    else:
        last = _AFTER.get(act) if act is not None else None
    if last is not None:
        return tuple(step for step in track.steps if _ORDER.index(step) <= _ORDER.index(last))
    own = _STEPS.get(act) if act is not None else None
    return tuple(step for step in track.steps if own is not None and _ORDER.index(step) < _ORDER.index(own))


def _is_evaluated_first(whole: Agreement, track: Track) -> bool:
    """Return True if the text demands the evaluation before the sending, which makes it possible then."""
    return any(
        rule.needs.happened == EVALUATION
        and ActName.SEND_REFERRAL in rule.acts
        and (not rule.tracks or track.id in rule.tracks)
        for rule in whole.preconditions
    )


def _find_no_evaluator(whole: Agreement, track: Track) -> tuple[Message, Message] | None:
    """Return the reason and the remedy if nobody who has a need on record before it is sent can evaluate it."""
    able = {group.party for group in find_groups(whole, ActName.EVALUATE_CRITERIA, track.id)}
    for author in Party:
        raises = any(group.party is author for group in find_groups(whole, ActName.RAISE_NEED, track.id))
        if raises and not able & {Party.REGION, author}:
            what = Message(
                f": nobody in the {author} may do evaluate-criteria",
                f": ingen i {PARTIES[author]} får göra evaluate-criteria",
            )
            return what, Message(
                f"let staff of the {author} evaluate, or let the rule hold for accept-referral",
                f"Låt personal i {PARTIES[author]} pröva kriterierna, eller låt regeln gälla accept-referral",
            )
    if not track.criteria:
        return Message(", which has no criteria", ", som inte har några kriterier"), Message(
            "add criteria, or name other tracks", "Lägg till kriterier, eller skriv andra vägar in"
        )
    return None
