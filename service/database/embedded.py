"""A PostgreSQL server of one's own, kept in a folder, that every process which uses the folder shares.

The server listens on a Unix socket in a 0700 folder and nowhere else; every login has a random password
(scram-sha-256); pages carry checksums. It outlives a killed process, and the next start takes it over.

Under root it runs as an unprivileged account that the system already has. Where that account may not enter the data
folder, the cluster lies in a new folder under /var/lib/kvittens, and a link named `postgres` in the data folder tells
which: no folder that exists has its mode changed. Removing the data folder then leaves the cluster behind.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from service.database.account import ProgramFailed, server_account
from service.database.binaries import server_programs
from service.database.dsns import Dsns
from service.database.places import SHARED, EmbeddedServerFailed, server_home, socket_folder
from service.database.postmaster import Postmaster, place_of_processes

DATABASE = "kvittens"
OWNER = "kvittens_owner"
SERVICE = "kvittens_service"
_SUPERUSER = "postgres"
_PORT = 5432
_PATIENCE = 60
"""Seconds that a server may take to start, to recover after a crash, or to stop."""
_SETTINGS = {
    "listen_addresses": "",
    "log_checkpoints": "off",
    "log_filename": "%a.log",
    "log_rotation_size": "0",
    "log_timezone": "UTC",
    "log_truncate_on_rotation": "on",
    "logging_collector": "on",
    "port": str(_PORT),
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
}
"""Written when a cluster is made. The log holds one file a weekday, so that it never outgrows a week."""


class EmbeddedPostgres:
    """The server of one folder, running for as long as any `with` block in any process holds it.

    The first to come starts it and the last to leave stops it, which two file locks see to: `users`, held shared by
    each user, and `turn`, held while one comes or leaves. The kernel lets go of both when a process dies. Whoever comes
    when the server itself was killed starts it again for all.
    """

    def __init__(self, directory: Path) -> None:
        """Find a place for the server of `directory` (made if missing). Raises EmbeddedServerFailed."""
        self._account, self._home = server_home(directory.absolute(), server_account())
        self._data = self._home / "data"
        self._place = self._home / "started-in"
        self._programs = server_programs(self._account, copies=SHARED)

    def __enter__(self) -> Self:
        with self._turn():
            self._users = os.open(self._home / "users", os.O_RDWR | os.O_CREAT, 0o600)
            others = self._has_others()
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._passwords = self._read_or_make_passwords()
                if not self._data.exists():
                    self._create_cluster()
                self._socket_folder = self._take_over(others) or self._start()
                self._create_what_is_missing()
            except BaseException:
                self._leave()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._turn():
            self._leave()

    @property
    def owner_dsn(self) -> str:
        """The login that owns the database `kvittens` and its schema."""
        return self._dsn(DATABASE, OWNER)

    @property
    def service_dsn(self) -> str:
        """The login of the running service: no rights but those that migrations grant."""
        return self._dsn(DATABASE, SERVICE)

    @property
    def superuser_dsn(self) -> str:
        """The server's administrator, for what no login of Kvittens may do. Kvittens itself works without it."""
        return self._dsn("postgres", _SUPERUSER)

    def database(self, name: str, *, template: str | None = None) -> Dsns:
        """Create another database on the server, empty or as a copy of `template`, which nobody may be connected to."""
        with self._superuser() as connection:
            self._create_database(connection, name, template)
        return Dsns(owner=self._dsn(name, OWNER), service=self._dsn(name, SERVICE))

    def drop(self, name: str) -> None:
        """Remove a database that `database` created, and whoever is still connected to it."""
        with self._superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        turn = os.open(self._home / "turn", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)

    def _leave(self) -> None:
        try:
            if not self._has_others():
                self._stop()
        finally:
            os.close(self._users)

    def _has_others(self) -> bool:
        """Whether another process uses the server. It costs this one its own shared lock."""
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False

    def _read_or_make_passwords(self) -> dict[str, str]:
        path = self._home / "passwords.json"
        if not path.exists():
            if self._data.exists():
                raise EmbeddedServerFailed(
                    f"{path} is gone, and with it every way into the database in {self._data}. Put the file back, "
                    f"or move {self._home} aside to begin with an empty database."
                )
            made = {name: secrets.token_urlsafe(24) for name in (_SUPERUSER, OWNER, SERVICE)}
            _write_secret(path, json.dumps(made))
        passwords: dict[str, str] = json.loads(path.read_text())
        return passwords

    def _create_cluster(self) -> None:
        unfinished, password = self._home / "data.new", self._home / "initial-password"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._account.make_folder(unfinished)
        _write_secret(password, self._passwords[_SUPERUSER])
        self._account.take_over(password)
        try:
            self._pg(
                "initdb",
                f"--pgdata={unfinished}",
                f"--username={_SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *(f"--set={name}={value}" for name, value in _SETTINGS.items()),
            )
        finally:
            password.unlink()
        unfinished.rename(self._data)

    def _take_over(self, others: bool) -> Path | None:
        """The socket folder of the server that runs already, or None when there is none and one may be started."""
        left = Postmaster.noted_in(self._data)
        deadline = time.monotonic() + _PATIENCE
        while left and time.monotonic() < deadline:
            if left.socket_folder and _answers(left.socket_folder):
                return left.socket_folder
            if not left.runs:
                break
            if left.socket_folder and not (left.socket_folder / f".s.PGSQL.{_PORT}").exists():
                break
            time.sleep(0.05)
            left = Postmaster.noted_in(self._data)
        if others and not self._has_ended(left):
            raise EmbeddedServerFailed(
                f"Another process (in another container, perhaps) uses the database in {self._home}, and its server "
                "does not answer here. Stop that process first: two servers on one folder would ruin it."
            )
        if left and left.runs:
            self._stop()
        elif left and left.is_gone:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        return None

    def _has_ended(self, left: Postmaster | None) -> bool:
        """Whether it is certain that the server, which others may still count on, has ended.

        Its number alone says nothing: it may run in another container, where numbers are others.
        """
        if left is None or not left.is_gone or not self._place.exists():
            return False
        return self._place.read_text() == place_of_processes()

    def _start(self) -> Path:
        folder = socket_folder(self._home, self._account)
        for leftover in folder.glob(f".s.PGSQL.{_PORT}*"):
            leftover.unlink()
        self._place.write_text(place_of_processes() or "")
        log = self._data / "start.log"
        log.unlink(missing_ok=True)
        try:
            self._pg_ctl("start", f"--log={log}", f"--options=-k {folder}")
        except EmbeddedServerFailed as error:
            said = log.read_text(errors="replace").strip() if log.exists() else ""
            raise EmbeddedServerFailed(f"{error}\n{said}\nMore may stand in {self._data / 'log'}.") from None
        return folder

    def _stop(self) -> None:
        left = Postmaster.noted_in(self._data)
        if left is None or not left.runs:
            return
        self._pg_ctl("stop", "--mode=fast")
        if left.socket_folder and left.socket_folder.parent != self._home:
            with suppress(OSError):
                left.socket_folder.rmdir()

    def _create_what_is_missing(self) -> None:
        with self._superuser() as connection:
            for role in (OWNER, SERVICE):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    hashed = connection.pgconn.encrypt_password(
                        self._passwords[role].encode(), role.encode(), b"scram-sha-256"
                    )
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                            sql.Identifier(role), sql.Literal(hashed.decode())
                        )
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                self._create_database(connection, DATABASE, template=None)

    def _create_database(self, connection: psycopg.Connection[Any], name: str, template: str | None) -> None:
        database, service = sql.Identifier(name), sql.Identifier(SERVICE)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                database, sql.Identifier(OWNER), sql.Identifier(template or "template1")
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, service))

    @contextmanager
    def _superuser(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.superuser_dsn, autocommit=True) as connection:
            yield connection

    def _dsn(self, database: str, role: str) -> str:
        return make_conninfo(
            host=str(self._socket_folder), port=_PORT, dbname=database, user=role, password=self._passwords[role]
        )

    def _pg_ctl(self, action: str, *options: str) -> None:
        self._pg("pg_ctl", action, f"--pgdata={self._data}", "--wait", f"--timeout={_PATIENCE}", "--silent", *options)

    def _pg(self, program: str, *arguments: str) -> None:
        try:
            self._account.run([self._programs / program, *arguments])
        except ProgramFailed as error:
            raise EmbeddedServerFailed(f"The database server in {self._home} cannot be used: {error}") from None


def _answers(folder: Path) -> bool:
    return pq.PGconn.ping(f"host='{folder}' port={_PORT} connect_timeout=2".encode()) == pq.Ping.OK


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only this process's account reads; it appears whole or not at all."""
    unfinished = path.with_suffix(".new")
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
