"""`python -m tests.rules.prove_code`: switch off each check of the domain, and report if a test of a rule fails."""

import argparse
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from tests.rules.broken_code import list_checks
from tests.rules.code_proof import Outcome, Try, try_checks
from tests.rules.places import ROOT

NAMED = Path(__file__).with_name("unbroken.toml")
"""The checks that no test of a rule can or need find broken, each with the reason."""


def read_named() -> Mapping[str, str]:
    """Read the reason of each named check."""
    return {name: str(reason) for name, reason in tomllib.loads(NAMED.read_text("utf-8")).items()}


def main() -> None:
    """Try the checks in the chosen files, all or as many of a sample as the minutes allow."""
    asked = argparse.ArgumentParser(prog="make prove")
    asked.add_argument("folder", nargs="?", default="domain", help="the part of the domain to try")
    asked.add_argument("--minutes", type=float, help="end after these minutes, with a sample")
    asked.add_argument("--seed", type=int, default=1, help="the seed of the sample")
    options = asked.parse_args()
    began, terminal = monotonic(), sys.stdout
    checks = [
        check
        for path in sorted((ROOT / "domain").rglob("*.py"))
        if path.relative_to(ROOT).as_posix().startswith(options.folder)
        for check in list_checks(path)
    ]
    if options.minutes is not None:
        random.Random(options.seed).shuffle(checks)
    named = read_named()
    unnamed = [check for check in checks if check.name not in named]
    remaining, counted = Counter(check.file for check in unnamed), Counter[str]()

    def hear(one: Try) -> None:
        counted[one.outcome] += 1
        remaining[one.check.file] -= 1
        said = []
        if one.outcome not in (Outcome.CAUGHT, Outcome.GUARDED):
            said.append(f"{one.outcome:10} {one.check.file}:{one.check.line} {one.check.within}")
            said.append(f"           {one.check.change} {one.check.code}   ({one.tests} tests reach it)")
        if not remaining[one.check.file]:
            said.append(f"{counted.total():5} of {len(unnamed)}: {one.check.file} is done")
        print(*said, sep="\n", end="\n" if said else "", file=terminal, flush=True)

    # A try that has begun is finished, so that the last minute begins none.
    until = began + 60 * (options.minutes - 1) if options.minutes is not None else None
    try_checks(unnamed, hear, until=until)
    sample = f" (a sample, seed {options.seed})" if options.minutes is not None else ""
    print(
        f"code: {counted.total()} of {len(unnamed)} checks broken{sample}: {counted[Outcome.CAUGHT]} caught by a "
        f"test of a rule, {counted[Outcome.GUARDED]} by another, {counted[Outcome.SURVIVED]} survived, "
        f"{counted[Outcome.UNREACHED]} reached by no test, "
        f"{len(checks) - len(unnamed)} named and not tried"
        + (f", {counted[Outcome.NOT_BROKEN]} could not be broken" if counted[Outcome.NOT_BROKEN] else "")
    )


if __name__ == "__main__":
    main()
