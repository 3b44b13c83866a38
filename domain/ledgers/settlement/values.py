"""Values that several ledgers of settlement share."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

Year = Annotated[int, Field(ge=1900, lt=2200)]


class Timeliness(StrEnum):
    """A mark of whether something came in its time. Nothing is refused for being early or late."""

    EARLY = "early"
    ON_TIME = "on-time"
    LATE = "late"
