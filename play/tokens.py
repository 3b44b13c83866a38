"""Tokens for the staff of the demonstration, from one run of `kvittens token`."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields

from play.server import NoServer, command_line


@dataclass(frozen=True)
class Identity:
    """An assignment in a directory, and a token for it."""

    person: str
    name: str
    unit: str
    unit_name: str
    principal: str
    token: str


def fetch_identities(environment: Mapping[str, str]) -> dict[str, Identity]:
    """Return the first identity of every person in the demonstration, by HSA-id. Raises NoServer."""
    demonstration = {**environment, "KVITTENS_DEMONSTRATION": "true"}
    run = subprocess.run(command_line("token", "--json"), env=demonstration, capture_output=True, text=True)
    if run.returncode != 0:
        raise NoServer(run.stderr.strip())
    names = [field.name for field in fields(Identity)]
    identities = (Identity(**{name: row[name] for name in names}) for row in json.loads(run.stdout))
    by_person: dict[str, Identity] = {}
    for identity in identities:
        by_person.setdefault(identity.person, identity)
    return by_person
