"""The kind of ledger that records an agreement version, with the table from an act's name to its decision."""

from typing import get_args

from domain.agreements.model import ActName
from domain.ledger_kind import LedgerDecision, LedgerKind
from domain.ledgers.versions.acts import additions, conclusion, document, version
from domain.versions.events import VersionEvent
from domain.versions.state import VersionRecord, evolve

VERSION_RECORD = LedgerKind(
    name="contract",  # stored with each record, and shown in worklists
    state=VersionRecord,
    events=get_args(VersionEvent),
    evolve=evolve,
    decisions={
        ActName.SUBMIT_VERSION: LedgerDecision(version.submit_version),
        ActName.SIGN_VERSION: LedgerDecision(version.sign_version),
        ActName.PUBLISH_VERSION: LedgerDecision(version.publish_version),
        ActName.WITHDRAW_VERSION: LedgerDecision(version.withdraw_version),
        ActName.DECLARE_CONCLUSION: LedgerDecision(conclusion.declare_conclusion),
        ActName.END_VERSION: LedgerDecision(version.end_version),
        ActName.HOLD_FOLLOW_UP: LedgerDecision(version.hold_follow_up),
        ActName.AGREE_LOCAL_AGREEMENT: LedgerDecision(additions.agree_local_agreement),
        ActName.PUBLISH_LOCAL_ROUTINE: LedgerDecision(additions.publish_local_routine),
        ActName.ATTACH_DOCUMENT: LedgerDecision(document.attach_document),
    },
)
