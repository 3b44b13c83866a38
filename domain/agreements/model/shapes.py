"""Types that many fields share: ids, names, durations, and the fields `clauses` and `tracks`."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.kernel import Slug

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z0-9][A-Za-z0-9.\-]*$")]
"""The id of a rule: three capitals for the document, a hyphen and the section, for example ORE-3.1.2-6 or ABC-A-1.

The table `[clauses]` of the same text, or of the national background, must have a row for it.
"""

Clauses = Annotated[tuple[RuleId, ...], Field(min_length=1)]
"""The ids of the rules that an entry rests on, at least one. A refusal names the first."""

Tracks = tuple[Slug, ...]
"""The ids of the tracks that an entry holds for. If left out, it holds for every track."""

_NUMBER = r"\d{1,3}"
_AND_DAYS = rf"({_NUMBER}D)?"
_AND_WEEKS = rf"({_NUMBER}W)?{_AND_DAYS}"
_AND_MONTHS = rf"({_NUMBER}M)?{_AND_WEEKS}"

_DAYS_OR_MORE = rf"{_NUMBER}Y{_AND_MONTHS}|{_NUMBER}M{_AND_WEEKS}|{_NUMBER}W{_AND_DAYS}|{_NUMBER}D"

Duration = Annotated[str, StringConstraints(pattern=rf"^P({_DAYS_OR_MORE})$")]
"""An ISO 8601 duration in whole days, weeks, months or years, for example P7D. It has no hours."""

Period = Annotated[str, StringConstraints(pattern=r"^P[1-9]\d{0,2}[YMWD]$")]
"""An ISO 8601 duration in one whole unit, longer than nothing, for example P1Y."""

DaysOrHours = Annotated[str, StringConstraints(pattern=rf"^P(?:{_DAYS_OR_MORE}|[1-9]\d{{0,2}}BD|T\d{{1,4}}H)$")]
"""An ISO 8601 duration in whole days or longer, for example P7D, or in hours alone, for example PT24H.

Or a number of working days, for example P3BD (business days), for which ISO 8601 has no form.
"""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""The name of a field that somebody fills in, for example `physician_contact` or `follow-up`."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
"""The id or the version of a text, for example `1085641` or `R1`. It is used in web addresses and in every event."""

NonBlank = Annotated[str, StringConstraints(pattern=r"\S")]
"""A text that is not blank."""
