"""What a data folder says about the server that runs, or once ran, in it."""

from contextlib import suppress
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

_PROCESSES = Path("/proc")


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
        """Whether the process is alive and serves this folder. Without /proc, PostgreSQL's own answer has to do."""
        return not _PROCESSES.is_dir() or str(self.data) in self._arguments()

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended for certain, so that its lock may be removed.

        A PostgreSQL server of another folder counts as gone only while that folder exists: else it may be ours, started
        before this folder was moved, and two servers on one folder would ruin it.
        """
        if not _PROCESSES.is_dir() or self.runs:
            return False
        arguments = self._arguments()
        if not arguments or Path(arguments[0]).name != "postgres":
            return True
        return any(Path(each, "PG_VERSION").exists() for each in arguments[1:])

    def _arguments(self) -> list[str]:
        with suppress(OSError):
            line = (_PROCESSES / str(self.pid) / "cmdline").read_bytes()
            return line.rstrip(b"\0").decode(errors="replace").split("\0")
        return []
