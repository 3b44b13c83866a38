"""The server process that a data folder names, which runs or has run in that folder."""

import subprocess
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from service.database.places import EmbeddedServerFailed

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
    served: Path | None
    """The data folder of the server, by its own word."""
    socket_folder: Path | None

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """Read the data folder's `postmaster.pid`. None means that the last server removed it when it stopped.

        Raises EmbeddedServerFailed for a file that is damaged.
        """
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        pid, served, folder = (lines[place].strip() if len(lines) > place else "" for place in (0, 1, 4))
        if not pid.isdigit():
            raise EmbeddedServerFailed(
                f"{data / 'postmaster.pid'} is damaged: it names no process. If no server runs in that folder, remove "
                "the file and start again."
            )
        return cls(
            data=data,
            pid=int(pid),
            served=Path(served) if served else None,
            socket_folder=Path(folder) if folder else None,
        )

    @property
    def is_of_another_folder(self) -> bool:
        """True if the server serves another folder that is here, so that this one is a copy of it.

        False for a folder that was moved, and for one whose server has another name for it, as in a container.
        """
        return self.served is not None and self.served.exists() and not self.served.samefile(self.data)

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
