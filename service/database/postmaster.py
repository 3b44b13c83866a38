"""The server process that a data folder names, which runs or has run in that folder."""

import subprocess
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

_PROCESSES = Path("/proc")


def read_process_space() -> str | None:
    """Read an id of the space in which process numbers are unique: this start of this machine, in this container.

    None means that the system does not tell.
    """
    try:
        start = (_PROCESSES / "sys/kernel/random/boot_id").read_text().strip()
        return f"{start} {(_PROCESSES / 'self/ns/pid').readlink()}"
    except OSError:
        return None


class Postmaster(BaseModel):
    """The server process that `postmaster.pid` names. Another process may have its number by now."""

    model_config = ConfigDict(frozen=True)

    data: Path
    pid: int
    socket_folder: Path | None

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """Read the data folder's `postmaster.pid`. None means that the last server removed it when it stopped."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        folder = lines[4].strip() if len(lines) > 4 else ""
        return cls(data=data, pid=int(lines[0]), socket_folder=Path(folder) if folder else None)

    @property
    def is_running(self) -> bool:
        """True if the process is alive, visible here (not in another container), and serves this folder."""
        return f"-D {self.data}" in self._command

    @property
    def is_gone(self) -> bool:
        """True if no visible PostgreSQL server has the number, so that its lock can be removed.

        False if the server of another folder has it, because that may be this server, started before the folder was
        moved. PostgreSQL then refuses to start a second server, which would destroy the folder's data.
        """
        return not self.is_running and "postgres -D" not in self._command

    @property
    def _command(self) -> str:
        if not _PROCESSES.is_dir():
            ps = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(self.pid)], check=False, capture_output=True)
            return ps.stdout.decode(errors="replace").strip()
        try:
            line = (_PROCESSES / str(self.pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return line.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
