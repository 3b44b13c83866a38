"""Which system account the embedded server runs as: one's own, or under root an unprivileged one."""

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
    """This process is root, and the system has no account that PostgreSQL could run as."""


class ProgramFailed(Exception):
    """A program of PostgreSQL's ended with an error; the message is what it printed."""


class Account(BaseModel):
    """A system account, and what it may reach. PostgreSQL refuses to run as root."""

    model_config = ConfigDict(frozen=True)

    uid: int
    gid: int
    is_ours: bool
    """Whether it is the account of this process, so that nothing has to be handed over."""

    def may_enter(self, folder: Path) -> bool:
        """Whether the account may pass through the folder and every folder above it."""
        return all(self._may_pass(each) for each in (folder, *folder.parents))

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)

    def make_folder(self, folder: Path) -> None:
        """A folder that only the account may look into."""
        folder.mkdir(mode=0o700)
        self.take_over(folder)

    def take_over(self, path: Path) -> None:
        """Let the account own a path that this process just made."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path]) -> str:
        """What a program prints when the account runs it, apart from our terminal, so that Ctrl-C does not reach it.

        Raises ProgramFailed. A file takes the output: a server that the program leaves running would hold a pipe open.
        """
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(
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
            said = output.read().decode(errors="replace").strip()
        if ended.returncode:
            raise ProgramFailed(f"{Path(command[0]).name} failed: {said}")
        return said


def server_account() -> Account:
    """The account of this process, or under root the first unprivileged one that the system already has."""
    if os.geteuid():
        return Account(uid=os.geteuid(), gid=os.getegid(), is_ours=True)
    accounts = {each.pw_name: each for each in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in accounts and accounts[name].pw_uid:
            return Account(uid=accounts[name].pw_uid, gid=accounts[name].pw_gid, is_ours=False)
    raise NoUnprivilegedAccount(
        f"PostgreSQL does not run as root, and there is no account {' or '.join(_UNPRIVILEGED)} to run it as. "
        "Start Kvittens as an ordinary user, or point KVITTENS_DATABASE_URL at a server."
    )
