"""`python -m tests.rules.prove [RULE | DOCUMENT]`: break each rule, and report if its tests fail."""

import sys
from collections import Counter
from multiprocessing import get_context

from tests.rules.catalogue import rules
from tests.rules.marks import collect
from tests.rules.proof import Proof, Verdict, prove


def main(selection: str = "") -> None:
    """Prove one rule (ORE-3.1.2-6), a document's (GAV) or all, and print what could not be proven.

    The tests must pass as things stand: a test that always fails proves everything.
    """
    with get_context("fork").Pool(1) as other_process:  # Collecting reads the texts, and they are not broken yet.
        marks = other_process.apply(collect)
    chosen = [rule for rule in rules() if rule in marks and selection in ("", rule, rule[:3])]
    if not chosen:
        sys.exit(f"no test carries {selection or 'a rule'}")
    counted: Counter[Verdict] = Counter()
    for proof in prove(marks, chosen, to_the_end=selection in chosen):
        counted[proof.verdict] += 1
        _print(proof, whole=selection in chosen)
    not_run = f", not run: {counted[Verdict.NOT_RUN]}" if counted[Verdict.NOT_RUN] else ""
    print(
        f"proven: {counted[Verdict.PROVEN]}, not proven: {counted[Verdict.NOT_PROVEN]}, "
        f"no data entry: {counted[Verdict.NO_ENTRY]}{not_run}"
    )


def _print(proof: Proof, *, whole: bool) -> None:
    also = ", by breaking what stands on other rules too" if proof.widely and proof.verdict is Verdict.PROVEN else ""
    print(f"{proof.rule:16} {proof.verdict}{also}", flush=True)
    if whole or proof.verdict in (Verdict.NOT_PROVEN, Verdict.NOT_RUN):
        for name in proof.broken:
            print(f"    broken  {name}")
        for test in proof.passed:
            print(f"    passed  {test}")
    if whole:
        for test in proof.failed:
            print(f"    failed  {test}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
