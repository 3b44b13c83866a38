"""The folders of the embedded server's cluster and socket. The server's account can reach them, and no other can."""

import hashlib
import re
import secrets
import stat
import tempfile
from pathlib import Path

from service.database.account import Account
from service.database.faults import DatabaseUnusable

SHARED = Path("/var/lib/kvittens")
"""The folder in which root puts files that the server's account could not reach elsewhere."""
_LONGEST_SOCKET_PATH = 103
"""The number of bytes that every Unix accepts (Linux 107, macOS 103)."""
_SOCKET_NAME = ".s.PGSQL.5432"


class EmbeddedServerFailed(DatabaseUnusable):
    """An embedded server that could not be created, started or taken over. The message says why and what to do."""


def make_passage(folder: Path) -> None:
    """Make a folder that other accounts may pass through but not list; leave an existing folder as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o711)


def prepare_home(directory: Path, account: Account) -> tuple[Account, Path]:
    """Make the server's folder in a data folder if it is missing; return the server's account and that folder.

    The folder is `directory`/postgres, or the target of a link with that name. An existing cluster keeps its account.
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
                f"{place} points at {place.readlink()}, which is missing. Put it back, or remove the link to start "
                "with an empty database."
            )
        _make_home(place, account)
    home = place.resolve()
    if place.is_symlink():
        _claim_home(place, home)
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


def _claim_home(place: Path, home: Path) -> None:
    """Note which data folder a cluster elsewhere belongs to, and say in that folder where its database is.

    Raises EmbeddedServerFailed for a copy of the data folder, whose link points at the database of the original.
    """
    note = home / "belongs-to"
    owner = Path(note.read_text()) if note.exists() else None
    if owner is not None and owner != place and owner.is_symlink() and owner.resolve() == home:
        raise EmbeddedServerFailed(
            f"{place.parent} is a copy of {owner.parent} and holds none of its data: the database is in {home}, and "
            f"both point at it. To use the copy, copy {home} as well and let {place} point at that; or remove {place} "
            "to start with an empty database."
        )
    note.write_text(str(place))
    (place.parent / "DATABASE-IS-ELSEWHERE.txt").write_text(
        f"The database of this folder is in {home}. A copy of this folder alone holds none of its data.\n"
    )


def _account_of(home: Path, account: Account) -> Account:
    data = home / "data"
    try:
        status = data.stat()
    except FileNotFoundError:
        return account
    except PermissionError:
        raise EmbeddedServerFailed(
            f"{home} belongs to another account; use that account, or another KVITTENS_DATA."
        ) from None
    if status.st_uid == account.uid:
        return account
    if account.is_ours:
        raise EmbeddedServerFailed(
            f"{data} belongs to the account with uid {status.st_uid}; use that account, or another KVITTENS_DATA."
        )
    return Account(uid=status.st_uid, gid=status.st_gid, is_ours=False)


def prepare_socket_folder(home: Path, account: Account) -> Path:
    """Make the account's 0700 folder for the Unix socket if it is missing. Its path is short and plain enough for one.

    Raises EmbeddedServerFailed.
    """
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
        status = folder.lstat()
        is_private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
        if not is_private or status.st_uid != account.uid:
            raise EmbeddedServerFailed(
                f"{folder} should be a private folder of the server's account, and is not. Find out who made it, and "
                "remove it."
            ) from None
