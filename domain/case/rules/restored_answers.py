"""The answers that a death or a move changed before it was corrected, as they are without it."""

from collections.abc import Iterator, Sequence

from domain.case.events.case import FactCorrected
from domain.case.state.moments import CaseAtMoments
from domain.kernel import Allocation, Event, Instant, Slug


def restore_answers(event: FactCorrected, history: Sequence[Event]) -> FactCorrected:
    """Return a correction with the answers that the fact changed, as they are without it from its time on (SYS-4).

    An intervention that it changed has every later answer too, since each answer ends those that begin after it.
    """
    return event.model_copy(update={"allocations": tuple(_find_restored(event, history))})


def _find_restored(event: FactCorrected, history: Sequence[Event]) -> Iterator[Allocation]:
    believed, without = CaseAtMoments(history), CaseAtMoments((*history, event))
    restored: dict[Slug, Allocation] = {}
    for at in sorted(_list_times(event, history)):
        wrong, right = believed.at(at).responsibility_at(at), without.at(at).responsibility_at(at)
        for key, answer in right.items():
            if answer != restored.get(key, wrong.get(key)):
                restored[key] = answer
                yield answer.model_copy(update={"effective_from": at})


def _list_times(event: FactCorrected, history: Sequence[Event]) -> set[Instant]:
    """List the time of the fact, and the times at which an answer can have changed since."""
    answers = {allocation.effective_from for each in history for allocation in each.allocations}
    acts = {each.occurred_at for each in history if each.allocations}
    return {at for at in {event.occurred_at, *answers, *acts} if at >= event.occurred_at}
