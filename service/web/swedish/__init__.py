"""The Swedish words of the pages, by what they are about. What a page names stands here for all of its modules."""

from service.web.swedish.letters import capitalise, decapitalise
from service.web.swedish.refusals import REFUSALS, REFUSALS_BY_PLACE
from service.web.swedish.sentences import ABOUT_OTHER, DIFFERENCES, EVENTS, OWN, SECOND
from service.web.swedish.tasks import ACTS, WORKLIST, describe_item
from service.web.swedish.times import MONTHS, format_day, format_days, format_duration, format_moment
from service.web.swedish.words import (
    ASKED,
    ASPECTS,
    CONTACT_ROLES,
    FIELDS,
    GENITIVES,
    KEEPERS,
    LEVELS,
    PARTIES,
    REASONS,
    ROLES,
    SILENCES,
    STATUSES,
    VALUES,
    name_nobody,
)

__all__ = [
    "ABOUT_OTHER",
    "ACTS",
    "ASKED",
    "ASPECTS",
    "CONTACT_ROLES",
    "DIFFERENCES",
    "EVENTS",
    "FIELDS",
    "GENITIVES",
    "KEEPERS",
    "LEVELS",
    "MONTHS",
    "OWN",
    "PARTIES",
    "REASONS",
    "REFUSALS",
    "REFUSALS_BY_PLACE",
    "ROLES",
    "SECOND",
    "SILENCES",
    "STATUSES",
    "VALUES",
    "WORKLIST",
    "capitalise",
    "decapitalise",
    "describe_item",
    "format_day",
    "format_days",
    "format_duration",
    "format_moment",
    "name_nobody",
]
