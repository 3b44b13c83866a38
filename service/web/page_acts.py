"""The acts that a person can do from a page: a form on the page becomes an act, as on the other faces."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from domain.act import Command
from domain.agreements.model import ActName
from domain.kernel import Actor, Refusal
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.versions.document import MediaType
from projections.case import FoldedCase
from projections.worklist.items import WorklistItem
from service.acts.attempts import ActRequest
from service.acts.cases import CASE, CaseChange, answer
from service.agreements.versions import perform as perform_change
from service.agreements.versions import prepare_change
from service.bootstrap import Services
from service.reads.catalogue import Version
from service.web import swedish
from service.web.act_form import Place, Subject, show_fields
from service.web.act_forms import FORMS
from service.web.page_values import PageForm

ON_OWN_PAGES = (ActName.SUPPLEMENT_REFERRAL,)
"""The acts on a case whose form stands on a page of its own."""


class OpenActs(NamedTuple):
    """The acts on a case that its page offers the reader."""

    forms: Sequence[PageForm] = ()
    """In the order of the table of forms."""
    on_own_pages: Sequence[ActName] = ()
    """The acts whose form stands on a page of its own."""

    @property
    def of_questions(self) -> dict[str, list[PageForm]]:
        """The forms about each question, by its id."""
        found: dict[str, list[PageForm]] = {}
        for form in self.forms:
            if "question" in form.hidden:
                found.setdefault(form.hidden["question"], []).append(form)
        return found

    @property
    def of_case(self) -> list[PageForm]:
        """The forms that stand together: those that neither are about a question nor ask one."""
        return [form for form in self.forms if "question" not in form.hidden and form.act is not ActName.ASK_QUESTION]

    @property
    def folded(self) -> list[list[PageForm]]:
        """Those that meet nothing that waits, the forms of an act together."""
        return [
            list(forms) for _, forms in groupby((form for form in self.of_case if not form.waits), attrgetter("act"))
        ]

    @property
    def to_ask(self) -> PageForm | None:
        """The form that asks a question."""
        return next((form for form in self.forms if form.act is ActName.ASK_QUESTION), None)


def list_open_acts(services: Services, actor: Actor, state: FoldedCase, waiting: Sequence[WorklistItem]) -> OpenActs:
    """List the acts on a case that are open to the actor now. `waiting` is what waits for the actor's party."""
    whole = [act for act, form in FORMS.items() if form.about is None]
    found = services.case_acts.find_open_to(actor, state, (*whole, *ON_OWN_PAGES))
    place = open_place(services, actor, state)
    asked = [act for act in FORMS if act in found or act not in whole]
    forms = [form for act in asked for form in _list_of_act(place.name(act), waiting)]
    return OpenActs(forms, [act for act in found if act in ON_OWN_PAGES])


def open_place(services: Services, actor: Actor, state: FoldedCase) -> Place:
    """Return a case as it stands, for an act of the actor that is still to be named."""
    return Place(services, state, services.case_acts.make_attempt(actor, ActName.ASK_QUESTION, state))


def _list_of_act(place: Place, waiting: Sequence[WorklistItem]) -> Iterator[PageForm]:
    """Yield the form of an act that is open, or one for each part of the case for which it is."""
    about = FORMS[place.act].about
    subjects = list(about.list(place)) if about is not None else [Subject({})]
    asked: dict[tuple[UUID, ...], bool] = {}
    for subject in subjects:
        named = tuple(subject.given.values())
        if named not in asked:
            asked[named] = not named or place.is_open(**subject.given)
        waits = subject.waits and any(_meets(item, place.act, subject) for item in waiting)
        form = show_form(place, subject, make_key(), waits=waits) if asked[named] else None
        if form is not None:
            yield form


def _meets(item: WorklistItem, act: ActName, subject: Subject) -> bool:
    """Return True if an act on a part of the case meets an item."""
    of_plan = item.plan is None or subject.given.get("plan") in (None, item.plan)
    of_kind = act is not ActName.RECORD_STATEMENT or subject.given["kind"] in item.statements
    return act in item.acts and of_plan and of_kind


def show_form(
    place: Place, subject: Subject, key: str, sent: FormData | None = None, *, waits: bool = True
) -> PageForm | None:
    """Show a form of an act, empty or as it was sent. None if there is nothing to choose in a field that it needs."""
    form = FORMS[place.act]
    place = place.give(subject)
    fields = show_fields(form, place, sent)
    if fields is None:
        return None
    return PageForm(
        act=place.act,
        key=key,
        name=swedish.ACTS[place.act],
        subject=subject.name,
        button=form.button,
        fields=fields,
        hidden=subject.hidden,
        shown=form.shows(place) if form.shows is not None else (),
        waits=waits,
    )


def list_version_forms(services: Services, actor: Actor, version: Version) -> dict[ActName, str]:
    """List the acts on a version that its page offers the actor now, each with the key of its form."""
    document = Command(ActName.ATTACH_DOCUMENT, {"media_type": MediaType.TEXT, "content": b""})
    forms = {}
    if isinstance(_find_obstacle(services, actor, version, document), DocumentFaulty):
        forms[document.name] = make_key()
    if _find_obstacle(services, actor, version, Command(ActName.WITHDRAW_VERSION, {})) is None:
        forms[ActName.WITHDRAW_VERSION] = make_key()
    return forms


def _find_obstacle(services: Services, actor: Actor, version: Version, command: Command) -> Refusal | None:
    change = prepare_change(version, command, None, if_version=None)
    return services.ledger_acts.find_obstacle(actor, change, version.record)


def make_key() -> str:
    """Make the key of a form."""
    return str(uuid4())


def perform(
    services: Services,
    actor: Actor,
    case_id: UUID | None,
    command: Command,
    key: str,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
) -> bytes:
    """Perform an act from a form, on a version of the case if one is given, and return its answer.

    Without `occurred_at` it happens now. Raises what CaseActs.perform raises.
    """
    content = f"{command.name} {case_id} {sorted(command.content.items())} {occurred_at}".encode()
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    if_match = ((CASE, str(case_id)), version) if version is not None else None
    change = CaseChange(commands=[command], on=case_id, occurred_at=occurred_at, if_match=if_match, answer=answer)
    return services.case_acts.perform(request, lambda: change)


def perform_on_version(services: Services, actor: Actor, version: Version, command: Command, key: str) -> None:
    """Perform an act on an agreement version from a form. Raises what LedgerActs.perform raises."""
    said = (value if isinstance(value, bytes) else str(value).encode() for _, value in sorted(command.content.items()))
    content = b"\0".join([command.name.encode(), version.record.id.bytes, *said])
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    change = prepare_change(version, command, None, if_version=None)
    perform_change(services.ledger_acts, version, request, change)
