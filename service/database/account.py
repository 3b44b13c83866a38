"""The system account that the embedded server runs as: this process's own, or an unprivileged one under root."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from service.database.faults import DatabaseUnusable

_UNPRIVILEGED = ("postgres", "nobody")


class NoUnprivilegedAccount(DatabaseUnusable):
    """The lack of an account to run PostgreSQL as, when this process is root."""


class ProgramFailed(Exception):
    """A program of PostgreSQL that ended with an error. The message is the program's output."""


class Account(BaseModel):
    """A system account and the folders that it may reach. PostgreSQL refuses to run as root."""

    model_config = ConfigDict(frozen=True)

    uid: int
    gid: int
    is_ours: bool
    """True for the account of this process, so that no file has to change owner."""

    def may_enter(self, folder: Path) -> bool:
        """Return True if the account may pass through the folder and every folder above it."""
        return all(self._may_pass(step) for step in (folder, *folder.parents))

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only the account may look into."""
        folder.mkdir(mode=0o700)
        self.take_over(folder)

    def take_over(self, path: Path) -> None:
        """Give the account a path that this process has just made."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path]) -> str:
        """Run a program as the account and return its output. Raises ProgramFailed.

        The program runs outside this terminal's session, so Ctrl-C does not reach it. Its output goes to a file,
        because a server that the program starts would keep a pipe open.
        """
        with tempfile.TemporaryFile() as output:
            process = subprocess.run(
                command,
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                user=None if self.is_ours else self.uid,
                group=None if self.is_ours else self.gid,
                extra_groups=None if self.is_ours else [],
            )
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
        if process.returncode:
            raise ProgramFailed(f"{Path(command[0]).name} failed: {text}")
        return text


def choose_account() -> Account:
    """Choose the account of this process, or under root the first unprivileged account that the system has."""
    if os.geteuid():
        return Account(uid=os.geteuid(), gid=os.getegid(), is_ours=True)
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in accounts and accounts[name].pw_uid:
            return Account(uid=accounts[name].pw_uid, gid=accounts[name].pw_gid, is_ours=False)
    raise NoUnprivilegedAccount(
        f"PostgreSQL does not run as root, and the system has no account {' or '.join(_UNPRIVILEGED)} to run it as. "
        "Start Kvittens as an ordinary user, or point KVITTENS_DATABASE_URL at a server."
    )
