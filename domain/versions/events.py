"""Events in the record of an agreement version. The basis of each names the version."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.agreements.model.shapes import FieldName
from domain.kernel import MOST, Digest, Event, HsaId, Label, Slug, Text, Value
from domain.versions.document import DocumentSize, MediaType
from domain.versions.local_agreement import LocalAgreement, LocalPrecondition


class MovedSignature(Value):
    """A signature that was given before, and now counts for another office that its person holds."""

    person: HsaId
    office: Slug


class OfficeEvent(Event):
    """Something that a person does for a principal in an office, beside as many others as the text demands."""

    office: Slug | None = None
    """The office in which the person does it. None if the text names no office."""
    complete: bool = True
    """True if the principal has done it hereby. False if the text demands one more office."""
    moved: tuple[MovedSignature, ...] = Field(default=(), exclude_if=lambda moved: not moved)
    """The signatures of others that make room for this one, because their persons hold another office as well."""


class VersionSubmitted(Event):
    """A party submitted a text as a version. The event holds the digest of the text, which is stored elsewhere."""

    TOPIC: ClassVar[str] = "contract.version-submitted.v1"
    digest: Digest


class VersionSigned(OfficeEvent):
    """Somebody signed the version for a principal (ORE-1.1-1, GAV-8-2)."""

    TOPIC: ClassVar[str] = "contract.version-signed.v1"


class VersionPublished(Event):
    """The version was published. It binds the region and each municipality that has signed (ORE-1.1-1)."""

    TOPIC: ClassVar[str] = "contract.version-published.v1"


class VersionWithdrawn(Event):
    """The principal that submitted the version withdrew it before it was published. The same version can come anew."""

    TOPIC: ClassVar[str] = "contract.version-withdrawn.v1"
    reason: Text | None = None


class ConclusionDeclared(OfficeEvent):
    """Somebody declared for a party that the version was concluded outside this record, with a municipality.

    The version is in force between them from its own day when both have declared the same (SYS-9).
    """

    TOPIC: ClassVar[str] = "contract.conclusion-declared.v1"
    municipality: HsaId
    concluded_on: date
    original: Text
    """The place where the party keeps the signed original."""


class EndingDeclared(OfficeEvent):
    """Somebody declared for a principal that the version ends early, and stated the condition (GAV-3-1)."""

    TOPIC: ClassVar[str] = "contract.ending-declared.v1"
    last_day: date
    condition: Text
    not_prolonged_after: date | None = None
    """The last day of the version by this declaration alone, if the text prolongs it unless a party ends it."""


class FollowUpHeld(Event):
    """The parties followed the version up (GAV-11-1)."""

    TOPIC: ClassVar[str] = "contract.follow-up-held.v1"
    revision_needed: bool
    summary: Text | None = None


class LocalAgreementProposed(Event):
    """One party agreed to a local agreement. It holds once the other party agrees to the same (SKR-6-1)."""

    TOPIC: ClassVar[str] = "contract.local-agreement-proposed.v1"
    agreed: LocalAgreement


class LocalAgreementMade(Event):
    """Both parties agreed to the same local agreement (VML-11-2, SKR-6-1)."""

    TOPIC: ClassVar[str] = "contract.local-agreement-made.v1"
    agreed: LocalAgreement
    warnings: tuple[LocalPrecondition, ...] = ()
    """The preconditions that are not met (SKR-6-3)."""


class LocalRoutinePublished(Event):
    """A municipality and the region described how they work together under the version (ORE-3.1.5-5, -6)."""

    TOPIC: ClassVar[str] = "contract.local-routine-published.v1"
    key: Slug
    title: Label
    municipality: HsaId
    sections: Annotated[dict[FieldName, Text], Field(max_length=MOST)]


class DocumentAttached(Event):
    """A party attached the agreement's own document. The event holds its digest; the bytes are stored elsewhere."""

    TOPIC: ClassVar[str] = "contract.document-attached.v1"
    digest: Digest
    media_type: MediaType
    size: DocumentSize


VersionEvent = (
    VersionSubmitted
    | VersionSigned
    | VersionPublished
    | VersionWithdrawn
    | ConclusionDeclared
    | EndingDeclared
    | FollowUpHeld
    | LocalAgreementProposed
    | LocalAgreementMade
    | LocalRoutinePublished
    | DocumentAttached
)
