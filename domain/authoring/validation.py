"""The check of an agreement's text: TOML, the shape of each entry, and then the text as a whole."""

from itertools import islice

from pydantic import ValidationError

from domain.agreements import model
from domain.agreements.model import Agreement
from domain.authoring.background import complete, load_national
from domain.authoring.consistency import find_faults
from domain.authoring.doubts import find_doubts
from domain.authoring.faults import TextFault
from domain.authoring.toml_text import MOST_FAULTS, describe_shape_fault, list_fields, parse

_FIELD_NAMES = list_fields(vars(model).values())


def check(text: bytes) -> tuple[TextFault, ...]:
    """Return the faults of the text, in the order of its lines. If there are none, it can be published."""
    outcome = read(text)
    return () if isinstance(outcome, Agreement) else outcome


def read_as_written(text: bytes) -> Agreement:
    """Return the agreement of a sound text without the rules of every county. Raise ValueError for any other text."""
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        raise ValueError(str(parsed))
    return Agreement.model_validate_json(parsed.as_json, strict=True)


def read(text: bytes, *, accepted: bool = False) -> Agreement | tuple[TextFault, ...]:
    """Return the agreement of a sound text, completed with the rules of every county; or the faults of the text.

    A text that has been accepted is read by the shape of its entries alone. A check between entries that has been added
    since concerns new texts, as does a field that has been dropped since; what was in force stays so.
    """
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        return (parsed,)
    try:
        agreement = Agreement.model_validate_json(parsed.as_json, strict=True, extra="ignore" if accepted else None)
        found = () if accepted else find_faults(agreement, parsed.data, load_national())
        faults = list(islice(found, MOST_FAULTS))
        if not faults:
            return complete(agreement, load_national())
    except ValidationError as invalid:
        errors = islice(invalid.errors(include_url=False, include_context=True), MOST_FAULTS)
        faults = [describe_shape_fault(error, _FIELD_NAMES) for error in errors]
    return parsed.locate(faults)


def warn(text: bytes) -> tuple[TextFault, ...]:
    """Return what in a sound text probably says something else than its author means, in the order of its lines."""
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        return ()
    return parsed.locate(find_doubts(Agreement.model_validate_json(parsed.as_json, strict=True)))
