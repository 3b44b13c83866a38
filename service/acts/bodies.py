"""The body that each act takes, made from the signature of its decision: of JSON, and of the forms on pages."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from domain.act import Command, Decision
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.permission import refuse_role_of
from domain.kernel import Actor, Instant
from domain.ledger_kind import LedgerKind
from domain.ledger_permission import refuse_role_of as refuse_role_on_ledgers


class Body(BaseModel):
    """The fields that every act takes besides its own content."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    occurred_at: Instant | None = Field(
        default=None, description="The time at which it happened, with offset; now if left out. Never in the future."
    )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the decision."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in Body.model_fields}


@dataclass(frozen=True)
class OfferedAct:
    """An act as the faces offer it: its text is the decision's docstring, its body the decision's parameters."""

    name: ActName
    decision: Decision
    refuse_role: Callable[[Actor, ActName], None]
    """Refuses who does no act of this kind at all, whatever it is on. It is asked before the body is read."""
    supplied: frozenset[str] = frozenset({"act"})
    """The decision's arguments that the service gives, and no caller."""

    @cached_property
    def text(self) -> str:
        """The act in full, with the rules it stands on."""
        return inspect.getdoc(self.decision) or ""

    @cached_property
    def opens(self) -> bool:
        """True if the act opens a case or a ledger, and so needs no state."""
        parameters = inspect.signature(self.decision).parameters.values()
        states = [each for each in parameters if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
        return all(state.default is not inspect.Parameter.empty for state in states)

    @cached_property
    def body(self) -> type[Body]:
        """The model of the JSON body."""
        hints = get_type_hints(self.decision, include_extras=True)
        own = {
            name: parameter.default
            for name, parameter in inspect.signature(self.decision).parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in self.supplied
        }
        fields: dict[str, Any] = {
            name: (hints[name], ... if default is inspect.Parameter.empty else default) for name, default in own.items()
        }
        title = "".join(word.capitalize() for word in self.name.split("-"))
        return create_model(title, __base__=Body, __doc__=self.text, **fields)

    def command(self, body: Body) -> Command:
        """Return the command that a body asks for."""
        return Command(self.name, body.arguments())


ON_CASES = tuple(OfferedAct(name, decision, refuse_role_of) for name, decision in DECISIONS.items())
"""The acts on cases."""


def on_ledgers(kind: LedgerKind) -> tuple[OfferedAct, ...]:
    """Return the acts on ledgers of a kind."""
    return tuple(
        OfferedAct(name, entry.decide, refuse_role_on_ledgers, frozenset({"act", *entry.reads}))
        for name, entry in kind.decisions.items()
    )
