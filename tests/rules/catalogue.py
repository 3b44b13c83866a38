"""The catalogue of rules: every normative statement of the documents, by id. The texts are read against it."""

import json
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.agreements.model.shapes import NonBlank, RuleId
from domain.kernel import Value


class Kind(StrEnum):
    """The sort of statement that a rule is."""

    ACTOR_RIGHT = "actor right"
    CRITERION = "criterion"
    DEADLINE = "deadline"
    DEFINITION = "definition"
    DISPUTE = "dispute rule"
    DUTY = "duty"
    ECONOMIC = "economic rule"
    INFORMATION = "information duty"
    REQUIRED_CONTENT = "required content"
    ALLOCATION = "responsibility allocation"
    TRANSITION = "transition rule"
    VALIDITY = "validity"


class CatalogueRule(Value):
    """One normative statement of a document, in short."""

    id: RuleId
    section: NonBlank
    lines: NonBlank
    """Lines of the document, for example 322-323."""
    kind: Kind
    soft: bool = False
    """A goal, a proposal or background: it never stands in the way of an act."""
    statement: NonBlank
    """The rule in short, in English."""

    @property
    def document(self) -> str:
        """The document that states it, by the three letters that its rules begin with."""
        return self.id[:3]


@cache
def rules() -> Mapping[str, CatalogueRule]:
    """Read every rule of the catalogue by id, in the order of the documents."""
    data = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            rule: CatalogueRule.model_validate_json(json.dumps({"id": rule, **fields}), strict=True)
            for rule, fields in data.items()
        }
    )
