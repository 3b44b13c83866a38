"""Where the embedded server keeps its cluster and its socket, so that its account reaches both and no one else does."""

import hashlib
import re
import secrets
import stat
import tempfile
from pathlib import Path

from service.database.account import Account
from service.database.faults import DatabaseUnusable

SHARED = Path("/var/lib/kvittens")
"""Where root keeps what the server's account could not reach elsewhere."""
_LONGEST_SOCKET_PATH = 103
"""Bytes that every Unix accepts (Linux takes 107, macOS 103)."""
_SOCKET_NAME = ".s.PGSQL.5432"


class EmbeddedServerFailed(DatabaseUnusable):
    """The embedded server could not be made, started or taken over; the message says why and what would help."""


def make_passage(folder: Path) -> None:
    """A folder of one's own that others may pass through but not list; one that exists is left as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o711)


def server_home(directory: Path, account: Account) -> tuple[Account, Path]:
    """The folder of the server that belongs to a data folder, made if missing, and the account the server runs as.

    It is `directory`/postgres, or what a link of that name points at. A cluster that exists keeps its account.
    """
    if re.search(r'["$`\\\n]', str(directory)):
        raise EmbeddedServerFailed(
            f'PostgreSQL cannot be started in {directory}: choose a KVITTENS_DATA without " $ ` or \\.'
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    if account.is_ours:
        directory.mkdir(exist_ok=True)
    else:
        make_passage(directory)
    place = directory / "postgres"
    if not place.exists():
        if place.is_symlink():
            raise EmbeddedServerFailed(
                f"{place} points at {place.readlink()}, which is gone. Put it back, or remove the link to begin anew."
            )
        _make_home(place, account)
    home = place.resolve()
    return _account_of(home, account), home


def _make_home(place: Path, account: Account) -> None:
    if account.is_ours:
        place.mkdir(mode=0o700, exist_ok=True)
    elif account.may_enter(place.parent):
        make_passage(place)
    else:
        make_passage(SHARED)
        home = SHARED / f"cluster-{secrets.token_hex(8)}"
        make_passage(home)
        try:
            place.symlink_to(home)
        except FileExistsError:
            home.rmdir()


def _account_of(home: Path, account: Account) -> Account:
    data = home / "data"
    try:
        status = data.stat()
    except FileNotFoundError:
        return account
    except PermissionError:
        raise EmbeddedServerFailed(
            f"{home} belongs to another account; use that one, or another KVITTENS_DATA."
        ) from None
    if status.st_uid == account.uid:
        return account
    if account.is_ours:
        raise EmbeddedServerFailed(
            f"{data} belongs to the account with uid {status.st_uid}; use that one, or another KVITTENS_DATA."
        )
    return Account(uid=status.st_uid, gid=status.st_gid, is_ours=False)


def socket_folder(home: Path, account: Account) -> Path:
    """A 0700 folder of the account's with a path short and plain enough for a Unix socket, made if missing."""
    for folder in _candidates(home):
        fits = len(bytes(folder / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and re.fullmatch(
            r"[\w./+-]+", str(folder), re.ASCII
        )
        if fits and account.may_enter(folder.parent):
            _make_private(folder, account)
            return folder
    raise EmbeddedServerFailed(
        f"No folder has a path short enough for a Unix socket (at most {_LONGEST_SOCKET_PATH} bytes): "
        "choose a shorter KVITTENS_DATA or TMPDIR."
    )


def _candidates(home: Path) -> tuple[Path, ...]:
    name = f"kvittens-{hashlib.sha256(bytes(home)).hexdigest()[:16]}"
    return home / "run", Path(tempfile.gettempdir(), name), Path("/tmp", name)


def _make_private(folder: Path, account: Account) -> None:
    try:
        account.make_folder(folder)
    except FileExistsError:
        found = folder.lstat()
        if not (stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700):
            raise EmbeddedServerFailed(
                f"{folder} is not the private folder it should be; find out who made it, and remove it."
            ) from None
