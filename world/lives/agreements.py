"""The parties' own matters: agreement versions that they sign and publish, add to, follow up and end."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.directory import Directory
from domain.kernel import Actor, Party, Role, legal_day
from world.counties import adapt_text, read_id
from world.life import Life, Part, Story, Version
from world.lives.words import Content

ROUTINE: Content = {
    "responsibility": "Kommunens sjuksköterska leder vardagen, vårdcentralens läkare ordinerar",
    "structure": "Möte varannan vecka",
    "contact-paths": "Direktnummer dagtid; beredskapen övrig tid",
    "participation": "Den enskilde bjuds in till varje planering",
}
_YEARS = timedelta(days=5 * 365)
_LOCAL_DAYS = 690
"""The days that a local agreement holds. A week later follows another one, which nobody had renewed in time."""


def list_nurses(directory: Directory) -> Iterator[Actor]:
    """Yield a nurse of each municipality of a county."""
    nurses = [actor for actor in directory.actors if actor.role is Role.NURSE and actor.party is Party.MUNICIPALITY]
    yield from {nurse.principal: nurse for nurse in nurses}.values()


def bring_into_force(life: Life, *, routine: Content | None = None) -> Story:
    """Bring the county's agreement into force, for five years; most municipalities then have a routine of their own."""
    today = legal_day(life.now)
    yield from _publish(life, f"{today.year}", today, today + _YEARS)
    yield from _bring_in_earlier(life, today)
    version = (read_id(life.staff.directory.county), f"{today.year}")
    for nurse in list_nurses(life.staff.directory) if routine is not None else ():
        life.wait(days=(1, 20))
        if life.happens(0.8):
            yield from _publish_routine(life, nurse, version, routine)


def renew(life: Life) -> Story:
    """Bring the county's agreement into force; after a year follow it up and publish another, and end the first."""
    today = legal_day(life.now)
    first = f"{today.year}"
    version = (read_id(life.staff.directory.county), first)
    yield from _publish(life, first, today, today + _YEARS)
    life.wait(days=364)
    region = life.staff.region_coordinator
    followed: Content = {"revision_needed": True, "summary": "Ersättningen behöver ses över"}
    yield from life.act(region, "hold-follow-up", on=version, **followed)
    life.wait(days=60)
    last_day = (legal_day(life.now) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
    yield from _publish(life, f"{last_day.year}-2", last_day + timedelta(days=1), last_day + _YEARS, withdrawn=True)
    ended: Content = {"last_day": str(last_day), "condition": "Beslut om ersättningen har fattats"}
    yield from life.act(region, "end-version", on=version, refused="ACTOR_NOT_ALLOWED", clauses=["GAV-3-1"], **ended)
    director = life.staff.signatories[region.principal]
    yield from life.act(director, "end-version", on=version, refused="END_CONDITION_MISSING", **ended)
    for actor in life.staff.signatories.values():
        yield from life.act(actor, "end-version", on=version, clauses=["GAV-3-1"], **ended)


def _publish(life: Life, version: str, first: date, last: date, *, withdrawn: bool = False) -> Part[None]:
    """Submit the county's text as a version, let every principal sign it, and publish it; perhaps at the second try."""
    county = life.staff.directory.county
    named = (read_id(county), version)
    region, *municipalities = life.staff.signatories.values()
    text = adapt_text(county, version, first, last)
    yield from life.act(region, "submit-version", text=text)
    if withdrawn:
        yield from life.act(region, "withdraw-version", on=named, reason="Fel första dag")
        yield from life.act(region, "sign-version", on=named, refused="WRONG_STATE")
        yield from life.act(region, "submit-version", text=text)
    yield from life.act(region, "sign-version", on=named)
    yield from life.act(region, "publish-version", on=named, refused="OTHER_PARTY_MISSING")
    for signatory in municipalities:
        yield from life.act(signatory, "sign-version", on=named)
    yield from life.act(region, "publish-version", on=named)


def _bring_in_earlier(life: Life, today: date) -> Part[None]:
    """Bring in the agreement that held until yesterday, as concluded outside the record, with one municipality."""
    county, (region, municipality, *_) = life.staff.directory.county, life.staff.signatories.values()
    first, version = today - _YEARS, f"{today.year - 5}"
    text = adapt_text(county, version, first, today - timedelta(days=1))
    yield from life.act(region, "submit-version", text=text)
    declared: Content = {"municipality": municipality.principal, "concluded_on": str(first - timedelta(days=20))}
    for actor, original in ((region, "Regionens diarium 2019-114"), (municipality, "Kommunarkivet, pärm 7")):
        yield from life.act(actor, "declare-conclusion", on=(read_id(county), version), original=original, **declared)


def sign_and_add(life: Life, *, version: tuple[str, str], routine: Content | None = None) -> Story:
    """Sign the version that came with the service, and agree on additions with one municipality."""
    for actor in life.staff.signatories.values():
        yield from life.act(actor, "sign-version", on=version)
    region = life.staff.signatories[life.staff.region]
    yield from life.act(region, "sign-version", on=version, refused="WRONG_STATE")
    for nurse in list_nurses(life.staff.directory):
        life.wait(days=1)
        if routine is not None:
            yield from _publish_routine(life, nurse, version, routine)
    yield from _attach_documents(life, version)


def _attach_documents(life: Life, version: Version) -> Part[None]:
    """Attach a document to the version, which a municipality attaches once more, and later a signed one."""
    region, municipality, *_ = life.staff.signatories.values()
    first: Content = {
        "media_type": "text/plain",
        "content": "Överenskommelse om hemsjukvård\nUtskrift utan underskrifter",
    }
    signed: Content = {"media_type": "application/pdf", "content": "%PDF-1.7\n% Undertecknat exemplar\n%%EOF\n"}
    for actor, content in ((region, first), (municipality, first), (municipality, signed)):
        yield from life.act(actor, "attach-document", on=version, **content)
        life.wait(days=1)


def _publish_routine(life: Life, nurse: Actor, version: Version, routine: Content | None) -> Part[None]:
    published: Content = {"key": "samverkan", "title": "Lokal rutin för samverkan", "sections": routine}
    yield from life.act(nurse, "publish-local-routine", on=version, municipality=nurse.principal, **published)


def agree_on_closed_hours(life: Life, *, version: tuple[str, str]) -> Story:
    """Agree locally that the municipality gives care when the health centre is closed, and late on once more."""
    yield from _agree_locally(life, version, "evenings", valid_to=life.day(_LOCAL_DAYS))
    life.wait(days=_LOCAL_DAYS + 8)
    yield from _agree_locally(life, version, "evenings-again")


def _agree_locally(life: Life, version: tuple[str, str], key: str, **until: str) -> Part[None]:
    region, *municipalities = life.staff.signatories.values()
    for signatory in municipalities:
        terms: Content = {
            "key": key,
            "municipality": signatory.principal,
            "way": "primary-agreement",
            "principal": region.principal,
            "providers": [signatory.provider],
            "grants": ["local-agreement-closed-hours"],
            "valid_from": life.day(1),
        }
        for actor in (region, signatory):
            yield from life.act(actor, "agree-local-agreement", on=version, agreed=terms | until)
