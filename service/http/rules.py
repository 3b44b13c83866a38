"""The words of the rule that an error stands on."""

from dataclasses import replace

from starlette.requests import Request

from service.agreements.rules import agreements_of, words_of
from service.http.errors import Fault
from service.http.requests import services_of


def with_rule_text(fault: Fault, request: Request) -> Fault:
    """Return the fault with the words of its rule, as the versions of the caller's county have them."""
    actor = request.scope.get("actor")  # none where no token is needed
    if fault.rule is None or actor is None:
        return fault
    known = services_of(request).versions.latest()
    words = words_of(fault.rule, agreements_of(known, actor.county))
    if words is None:
        return fault
    return replace(fault, rule_text=words.statement, rule_text_english=words.english)
