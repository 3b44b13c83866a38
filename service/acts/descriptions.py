"""The acts: one name each, and the decision that stands under it whichever way it is asked for (FHIR or JSON)."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from domain.act import Decision
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.kernel import Instant
from domain.ledgers.kind import LedgerKind


class Body(BaseModel):
    """What every act may say besides its own content."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    occurred_at: Instant | None = Field(
        default=None, description="When it happened, with offset; now if left out. Never in the future."
    )

    def arguments(self) -> dict[str, Any]:
        """The decision's own arguments."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in Body.model_fields}


@dataclass(frozen=True)
class Asked:
    """One act that is asked for: its name and the decision's own arguments."""

    name: ActName
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Description:
    """An act as it is offered: its text and the body it takes are the decision's own docstring and parameters."""

    name: ActName
    decision: Decision
    supplied: frozenset[str] = frozenset({"act"})
    """The decision's arguments that the service gives, and no caller."""

    @cached_property
    def text(self) -> str:
        """What the act is, and the rules it stands on."""
        return inspect.getdoc(self.decision) or ""

    @cached_property
    def opens(self) -> bool:
        """Whether it takes nothing that stands before it."""
        kinds = [parameter.kind for parameter in inspect.signature(self.decision).parameters.values()]
        return inspect.Parameter.POSITIONAL_OR_KEYWORD not in kinds

    @cached_property
    def body(self) -> type[Body]:
        """The JSON that the act takes."""
        hints = get_type_hints(self.decision, include_extras=True)
        parameters = inspect.signature(self.decision).parameters
        own = {name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY} - self.supplied
        fields: dict[str, Any] = {
            name: (hint, ... if parameters[name].default is inspect.Parameter.empty else parameters[name].default)
            for name, hint in hints.items()
            if name in own
        }
        title = "".join(word.capitalize() for word in self.name.split("-"))
        return create_model(title, __base__=Body, __doc__=self.text, **fields)


OFFERED = tuple(Description(name, decision) for name, decision in DECISIONS.items())


def offered_on(kind: LedgerKind) -> tuple[Description, ...]:
    """Describe the acts of a kind of ledger."""
    return tuple(
        Description(name, entry.decide, frozenset({"act", *entry.reads})) for name, entry in kind.decisions.items()
    )
