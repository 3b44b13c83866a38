"""The report on the rules: the places that enforce each, the tests that show it, and the rules without a test."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.kernel import Value
from tests.rules.catalogue import CatalogueRule
from tests.rules.marks import Level, Marks, count_cases
from tests.rules.places import Place

UNCOVERED = Path(__file__).with_name("uncovered.toml")
SILENT = Path(__file__).with_name("silent.toml")
UNSERVED = Path(__file__).with_name("unserved.toml")


def read_reasons(path: Path) -> Mapping[str, str]:
    """Read a list of rules, each with a reason."""
    return {rule: str(reason) for rule, reason in tomllib.loads(path.read_text("utf-8")).items()}


class Report(Value):
    """The facts known about the rules."""

    rules: Mapping[str, CatalogueRule]
    places: Mapping[str, tuple[Place, ...]]
    marks: Marks
    reasons: Mapping[str, str]
    """The reason for which a rule has no test."""
    silent: Mapping[str, str] = {}
    """The hard rules that command nothing which an act, an answer, a deadline or a sum could show, each with why."""
    unserved: Mapping[str, str] = {}
    """The reason for which a rule that could be shown through the service is not."""

    @property
    def hard(self) -> tuple[str, ...]:
        """The rules that need a test."""
        return tuple(rule for rule in self.rules if not self.rules[rule].soft)

    @property
    def covered(self) -> tuple[str, ...]:
        """The hard rules that have a test."""
        return tuple(rule for rule in self.hard if rule in self.marks)

    @property
    def unanchored(self) -> tuple[str, ...]:
        """The covered rules that no entry of a text and no docstring names. Only a test shows that they hold."""
        return tuple(rule for rule in self.covered if rule not in self.places)

    @property
    def visible(self) -> tuple[str, ...]:
        """The hard rules that an act, an answer, a deadline or a sum depends on."""
        return tuple(rule for rule in self.hard if rule not in self.silent)

    @property
    def served(self) -> tuple[str, ...]:
        """The visible rules that a test shows over HTTP."""
        return tuple(rule for rule in self.visible if self.level(rule) is Level.HTTP)

    def level(self, rule: str) -> Level | None:
        """Return the level of the rule's outermost test; None if it has no test."""
        return max((mark.level for mark in self.marks.get(rule, ())), default=None)

    def lines(self) -> Iterator[str]:
        """Render the report as it is printed."""
        yield from self._describe(self.covered)
        uncovered = [rule for rule in self.hard if rule not in self.marks]
        if uncovered:
            yield f"== Not covered: {len(uncovered)}\n"
            yield from self._describe(uncovered)
        soft = [rule for rule in self.rules if self.rules[rule].soft]
        yield f"== Soft, never in the way of an act: {len(soft)}\n"
        yield from self._describe(soft)
        if self.unanchored:
            yield f"== Covered, and enforced at no place that names them: {len(self.unanchored)}"
            yield f"   {' '.join(self.unanchored)}\n"
        yield from self._list_unserved()
        yield (
            f"rules: {len(self.covered)} of {len(self.hard)} covered, "
            f"{len(self.served)} of {len(self.visible)} through the service"
        )

    def _list_unserved(self) -> Iterator[str]:
        yield f"== Hard, and nothing that the service could show: {len(self.silent)}"
        yield from (f"   {rule:16} {reason}" for rule, reason in self.silent.items())
        missing = [rule for rule in self.visible if rule not in self.served]
        yield f"\n== Not shown through the service: {len(missing)}"
        for rule in missing:
            level = self.level(rule)
            yield f"   {rule:16} {level.label if level else 'no test':9} {self.unserved.get(rule, 'no reason given')}"
        yield ""

    def _describe(self, rules: tuple[str, ...] | list[str]) -> Iterator[str]:
        for rule_id in rules:
            rule = self.rules[rule_id]
            yield f"{rule_id}  {rule.statement}"
            yield f"    {rule.document} {rule.section}, lines {rule.lines}: {rule.kind}"
            places = self.places.get(rule_id, ())
            yield from (f"    enforced  {place}" for place in places)
            if not places:
                yield "    enforced  nowhere that names it"
            for mark, cases in count_cases(self.marks.get(rule_id, ())).items():
                yield f"    {mark.level.label:9} {mark.test}{f' ({cases} cases)' if cases > 1 else ''}"
            if rule_id not in self.marks and not rule.soft:
                yield f"    no test   {self.reasons.get(rule_id, 'no reason given')}"
            yield ""
