"""What a data folder says about the server that runs, or once ran, in it."""

import subprocess
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

_PROCESSES = Path("/proc")


def place_of_processes() -> str | None:
    """Where a process number means one process: this start of this machine, and this container. None: not known."""
    try:
        start = (_PROCESSES / "sys/kernel/random/boot_id").read_text().strip()
        return f"{start} {(_PROCESSES / 'self/ns/pid').readlink()}"
    except OSError:
        return None


class Postmaster(BaseModel):
    """The server process that `postmaster.pid` names. Its number may since have gone to another process."""

    model_config = ConfigDict(frozen=True)

    data: Path
    pid: int
    socket_folder: Path | None

    @classmethod
    def noted_in(cls, data: Path) -> Self | None:
        """What the data folder's `postmaster.pid` says, or None where no server was left behind."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        folder = lines[4].strip() if len(lines) > 4 else ""
        return cls(data=data, pid=int(lines[0]), socket_folder=Path(folder) if folder else None)

    @property
    def runs(self) -> bool:
        """Whether the process is alive, within our sight (not in another container), and serves this folder."""
        return f"-D {self.data}" in self._command

    @property
    def is_gone(self) -> bool:
        """Whether the number belongs to no PostgreSQL server that we can see, so that its lock is a leftover.

        With another folder's server it stays in doubt: it may be ours from before the folder was moved. PostgreSQL then
        refuses to start a second one, and rightly: two servers on one folder would ruin it.
        """
        return not self.runs and "postgres -D" not in self._command

    @property
    def _command(self) -> str:
        if not _PROCESSES.is_dir():
            asked = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(self.pid)], check=False, capture_output=True)
            return asked.stdout.decode(errors="replace").strip()
        try:
            line = (_PROCESSES / str(self.pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return line.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
