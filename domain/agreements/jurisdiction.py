"""Which municipality or health centre a version means: by where the person lives, stays or is listed (catalogue B9)."""

from enum import StrEnum

from domain.agreements.model import Agreement, Jurisdiction, Key, MatrixRow, NotRegulated


class JurisdictionSubject(StrEnum):
    """What follows the person."""

    CARE = "care"
    """Whose municipality gives home care."""
    VISITORS = "visitors"
    """Whose municipality gives it to those who stay elsewhere than they live."""
    COORDINATION = "coordination"
    """Which health centre coordinates."""
    EMPLOYER = "employer"
    """In which municipality the performer employs the staff."""


def find_key(agreement: Agreement, what: JurisdictionSubject) -> Key | NotRegulated:
    """By what the version finds the municipality or health centre, or that it does not say (SYS-7)."""
    return _key(agreement.jurisdiction, what) or agreement.silence(what)


def _key(jurisdiction: Jurisdiction | None, what: JurisdictionSubject) -> Key | None:
    if jurisdiction is None:
        return None
    match what:
        case JurisdictionSubject.CARE:
            return jurisdiction.care
        case JurisdictionSubject.VISITORS:
            return jurisdiction.visitors
        case JurisdictionSubject.COORDINATION:
            return jurisdiction.coordination
        case JurisdictionSubject.EMPLOYER:
            return jurisdiction.employer


def list_rows_with_key(agreement: Agreement) -> tuple[MatrixRow, ...]:
    """The rows of the matrix that say for themselves who is meant, as for asylum seekers (VML-19-1)."""
    return tuple(row for row in agreement.matrix if row.key is not None)
