"""The form of a request: the words of a person who asks, read as a request, and a request shown to be changed."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple, Self

from pydantic import BaseModel

from domain.case.events.referral import CareRequest
from domain.intervention import InterventionKind, Profession
from domain.kernel import MOST
from service.web.forms import ActKey

_LONGEST_KEY = 50


class InterventionRow(NamedTuple):
    """One intervention of the form."""

    text: str
    profession: str = Profession.NURSE
    kind: str = InterventionKind.MEDICAL
    category: str = ""
    intervention_key: str = ""
    """The key that the intervention has in the request already. Empty for a new one."""


class RequestForm(BaseModel):
    """The form as it was sent. The fields of the interventions stand in lists of the same order."""

    key: ActKey
    need: str = ""
    goal: str = ""
    physician_contact: str = ""
    care_contact: str = ""
    text: list[str] = []
    profession: list[str] = []
    kind: list[str] = []
    category: list[str] = []
    intervention_key: list[str] = []
    otherwise: str = ""
    composite_needs: str = ""
    more: str = ""
    """Not empty if the form asks for another line for an intervention, and for nothing else."""

    @classmethod
    def of(cls, request: CareRequest, **more: str) -> Self:
        """Fill in the form with a request."""
        rows = [
            InterventionRow(each.text, each.profession, each.kind, each.category or "", each.key)
            for each in request.interventions
        ]
        columns = {name: [getattr(row, name) for row in rows] for name in InterventionRow._fields}
        words = {name: getattr(request, name) or "" for name in _WORDS}
        marks = {"composite_needs": "1" if request.composite_needs else ""}
        return cls.model_validate({**words, **columns, **marks, **more})

    @property
    def rows(self) -> list[InterventionRow]:
        """The interventions that have a text."""
        columns = (getattr(self, name) for name in InterventionRow._fields)
        return [row for row in map(InterventionRow._make, zip(*columns, strict=False)) if row.text.strip()]

    def read_request(self, before: CareRequest | None = None) -> dict[str, Any]:
        """Return the request that the form makes of the one before, as data that nobody has checked.

        What the form does not show stays as it was.
        """
        before = before or CareRequest()
        said: dict[str, Any] = {name: _read_words(getattr(self, name)) or None for name in _WORDS}
        interventions = list(self._read_interventions({each.key: each.model_dump() for each in before.interventions}))
        said |= {"interventions": interventions, "composite_needs": self.composite_needs != ""}
        return before.model_dump() | said

    def _read_interventions(self, before: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        known = {row.intervention_key for row in self.rows}
        for row in self.rows[: MOST + 1]:
            key = row.intervention_key or make_intervention_key(row.category or row.text, known)
            known.add(key)
            said = {
                "text": _read_words(row.text),
                "profession": row.profession,
                "kind": row.kind,
                "category": row.category or None,
            }
            yield before.get(key, {}) | {"key": key} | said


_WORDS = ("need", "goal", "physician_contact", "care_contact", "otherwise")


def _read_words(field: str) -> str:
    """Return the words of a field with the ends of lines as they were before a browser sent them."""
    return field.replace("\r\n", "\n").strip()


def make_intervention_key(text: str, known: Collection[str]) -> str:
    """Make a key of words that is not known yet, so that the same words get the same key in another request."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_KEY].strip("-") or "insats"
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in known else next(each for each in numbered if each not in known)
