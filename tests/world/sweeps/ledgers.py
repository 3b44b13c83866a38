"""The sweep of ledgers: each settlement is open to its own parties alone, and shows the figures of its history."""

from collections.abc import Iterator

from domain.versions.state import version_record_id
from tests.live import Caller
from tests.world.sweeps.scene import Json, Scene, Tally, list_settlements
from tests.world.sweeps.worklists import check_limit

PATHS = ("/api/settlement", "/settlement")
"""The faces of a settlement: JSON and pages."""


def sweep_ledgers(scene: Scene, tally: Tally) -> None:
    """Ask for each settlement of a county as each principal of it, and as another county."""
    for county, directory in scene.services.directories.items():
        principals = [principal.id for principal in directory.principals]
        callers = {id: scene.caller(id, county) for id in principals}
        for caller in callers.values():
            _compare_days(scene, caller, county, tally)
        lists = {id: list_settlements(caller) for id, caller in callers.items()}
        abroad = next(other for name, other in sorted(scene.services.directories.items()) if name != county)
        stranger = scene.caller(abroad.region.id, abroad.county)
        found = {
            each["ledger"]: each["state"] for listed in lists.values() for kind in listed.values() for each in kind
        }
        for ledger, state in found.items():
            entitled = set(_list_parties(state)) or set(principals)
            shown = {id for id, listed in lists.items() if any(ledger in _list_ids(kind) for kind in listed.values())}
            tally.equal(None, "a settlement is listed for its parties alone", shown, entitled, ledger)
            for path in PATHS:
                for id, caller in (*callers.items(), (abroad.region.id, stranger)):
                    status = caller.get(f"{path}/{ledger}").status_code
                    wanted = 200 if id in entitled else 404
                    tally.equal(None, "a settlement answers its parties alone", status, wanted, path, ledger, id)


def _compare_days(scene: Scene, caller: Caller, county: str, tally: Tally) -> None:
    """Check the day of what waits under an agreement version, such as its follow-up."""
    for item in caller.get("/api/worklist").json():
        for agreement in scene.services.catalogue.agreements:
            record = version_record_id(county, agreement.ref)
            if agreement.county == county and item.get("ledger") == str(record):
                check_limit(None, tally, item, agreement)


def _list_ids(listed: list[Json]) -> list[str]:
    return [each["ledger"] for each in listed]


def _list_parties(state: Json) -> Iterator[str]:
    """Yield the parties of a month, or of a cost. Rates and supplements are all the county's: they have none."""
    if "municipality" in state:
        yield state["municipality"]
        if "region" in state:
            yield state["region"]
