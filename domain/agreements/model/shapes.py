"""The shapes of the short strings that agreement texts are written with."""

from typing import Annotated

from pydantic import StringConstraints

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9][A-Za-z0-9.\-]*$")]
"""A rule of the catalogue, for example ORE-3.1.2-6."""

_NUMBER = r"\d{1,3}"
_AND_DAYS = rf"({_NUMBER}D)?"
_AND_WEEKS = rf"({_NUMBER}W)?{_AND_DAYS}"
_AND_MONTHS = rf"({_NUMBER}M)?{_AND_WEEKS}"

Duration = Annotated[
    str,
    StringConstraints(pattern=rf"^P({_NUMBER}Y{_AND_MONTHS}|{_NUMBER}M{_AND_WEEKS}|{_NUMBER}W{_AND_DAYS}|{_NUMBER}D)$"),
]
"""An ISO 8601 duration in whole days or longer, for example P7D. A legal deadline has no hours."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""What the domain calls a value that a text can require, for example `physician_contact` or `follow-up`."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
"""What a version is called: it stands in addresses and in every event, for example `1085641` and `R1`."""

NonBlank = Annotated[str, StringConstraints(pattern=r"\S")]
