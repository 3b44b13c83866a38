"""The answers of the small world are the accepted ones. `make answers` accepts a change that is meant."""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.world.answers import read_world
from tests.world.conftest import GrownWorld
from tests.world.sweeps.scene import Scene

ACCEPTED = Path(__file__).parent / "answers.json"
"""The digests of the accepted answers, by what they are about and by face."""
FOLDER = os.environ.get("ANSWERS")
"""The folder to which `make answers` writes the answers in full."""

Digests = dict[str, dict[str, str]]


def test_the_world_answers_as_it_did(world: GrownWorld, scene: Scene) -> None:
    found = digest_world(world, scene)
    if FOLDER is not None:
        ACCEPTED.write_text(json.dumps(found, indent=0) + "\n")
    accepted: Digests = json.loads(ACCEPTED.read_text())

    told = "\n".join(list_changes(accepted, found))
    assert not told, f"these answers have changed; CONTRIBUTING.md says how to see what has:\n{told}"


def list_changes(accepted: Digests, found: Digests) -> Iterator[str]:
    """Yield a line for each thing about which some face has another answer."""
    for about in accepted | found:
        before, after = accepted.get(about, {}), found.get(about, {})
        faces = [face for face in before | after if before.get(face) != after.get(face)]
        if faces:
            yield f"{about}: {', '.join(faces)}"


def digest_world(world: GrownWorld, scene: Scene) -> Digests:
    """Return the digest of the answers about each thing, by face."""
    found: Digests = {}
    for about, answers in read_world(scene, world.world.ends):
        texts: dict[str, list[str]] = {}
        for face, text in answers:
            texts.setdefault(face, []).append(text)
        found[about] = {face: sha256("\n".join(told).encode()).hexdigest()[:12] for face, told in texts.items()}
        if FOLDER is not None:
            for face, told in texts.items():
                path = Path(FOLDER, about, face)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\n\n".join(told))
    return found
