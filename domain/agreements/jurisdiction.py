"""Jurisdiction: the municipality or health centre that is found by home, stay or listing (catalogue B9)."""

from enum import StrEnum

from domain.agreements.model import Agreement, Jurisdiction, Key, MatrixRow, NotRegulated


class JurisdictionSubject(StrEnum):
    """A duty whose municipality or health centre follows the person."""

    CARE = "care"
    """Home care."""
    VISITORS = "visitors"
    """Home care for persons who stay outside their home municipality."""
    COORDINATION = "coordination"
    """Coordination of care, by a health centre."""
    EMPLOYER = "employer"
    """Employment of the staff."""


def find_key(agreement: Agreement, subject: JurisdictionSubject) -> Key | NotRegulated:
    """Return the link by which the version finds the municipality or health centre (SYS-7)."""
    return _key(agreement.jurisdiction, subject) or agreement.silence(subject)


def _key(jurisdiction: Jurisdiction | None, subject: JurisdictionSubject) -> Key | None:
    if jurisdiction is None:
        return None
    match subject:
        case JurisdictionSubject.CARE:
            return jurisdiction.care
        case JurisdictionSubject.VISITORS:
            return jurisdiction.visitors
        case JurisdictionSubject.COORDINATION:
            return jurisdiction.coordination
        case JurisdictionSubject.EMPLOYER:
            return jurisdiction.employer


def list_rows_with_key(agreement: Agreement) -> tuple[MatrixRow, ...]:
    """List the rows of the matrix that have their own link, for example for asylum seekers (VML-19-1)."""
    return tuple(row for row in agreement.matrix if row.key is not None)
