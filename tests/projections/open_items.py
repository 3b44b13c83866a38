"""The open items of a told case, as the worklist shows them."""

from projections.worklist.items import WorklistItem, list_items
from tests.agreements.published import find_in_force
from tests.scenario import AUDIENCE, Story


def items_of(story: Story) -> tuple[WorklistItem, ...]:
    """Return the open items by the version in force at the story's time."""
    items = list_items(story.state, find_in_force(story.county, story.clock))
    for listener in AUDIENCE:
        listener.hear_items(story, items)
    return items
