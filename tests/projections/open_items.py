"""The open items of a told case, as the worklist shows them."""

from projections.worklist.items import WorklistItem, list_items
from tests.agreements.published import find_in_force
from tests.scenario import Story


def items_of(story: Story) -> tuple[WorklistItem, ...]:
    """Return the open items by the version in force at the story's time."""
    return list_items(story.state, find_in_force(story.county, story.clock))
