"""A PostgreSQL server in a folder, shared by every process that uses the folder.

The server listens on a Unix socket in a 0700 folder and nowhere else. Every login has a random password
(scram-sha-256), and the pages have checksums. The server survives a killed process, and the next start takes it over.

Under root it runs as an unprivileged account that the system already has. If that account may not enter the data
folder, the cluster lies in a new folder under /var/lib/kvittens, and the link `postgres` in the data folder points at
it. No existing folder's mode is changed. Removing the data folder then leaves the cluster behind.
"""

import fcntl
import json
import logging
import os
import secrets
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from service.database.account import ProgramFailed, choose_account
from service.database.binaries import find_programs
from service.database.dsns import Dsns
from service.database.places import SHARED, EmbeddedServerFailed, prepare_home, prepare_socket_folder
from service.database.postmaster import Postmaster, read_process_space

_log = logging.getLogger("kvittens.database")

DATABASE = "kvittens"
OWNER = "kvittens_owner"
SERVICE = "kvittens_service"
_SUPERUSER = "postgres"
_PORT = 5432
_LOOK = 1.0
"""The seconds between two looks at a server that is kept running."""
_PATIENCE = 60
"""The seconds that a server may take to start, to recover after a crash, or to stop."""
_SETTINGS = {
    "listen_addresses": "",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # without the details, which hold whole rows
    "log_filename": "%a.log",
    "log_rotation_size": "0",
    "log_timezone": "UTC",
    "log_truncate_on_rotation": "on",
    "logging_collector": "on",
    "port": str(_PORT),
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
}
"""The settings of a cluster: its own, so that it has them if started by hand, and those of each start.

One that an earlier version of the program made has them by the start.

The log has one file for each weekday, so it never holds more than a week.
"""


class EmbeddedPostgres:
    """The server of one folder, which runs as long as any `with` block in any process uses it.

    The first user starts the server and the last one stops it. Two file locks coordinate this: each user holds `users`
    as a shared lock, and holds `turn` while it comes or leaves. The kernel releases both when a process dies. If the
    server itself has been killed, the next user starts it again for all.
    """

    def __init__(self, directory: Path) -> None:
        """Prepare the server's folder in `directory`, which is made if missing. Raises EmbeddedServerFailed."""
        self._account, self._home = prepare_home(directory.absolute(), choose_account())
        self._data = self._home / "data"
        self._space = self._home / "started-in"
        self._programs = find_programs(self._account, copies=SHARED)

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
                self._create_missing()
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
        """The login of the running service, with only the rights that the migrations grant."""
        return self._dsn(DATABASE, SERVICE)

    @property
    def superuser_dsn(self) -> str:
        """The login of the server's administrator, with rights that Kvittens itself does not use."""
        return self._dsn("postgres", _SUPERUSER)

    def create_database(self, name: str, *, template: str | None = None) -> Dsns:
        """Create another database on the server, empty or as a copy of `template`, which must have no connections."""
        with self._superuser() as connection:
            _create_database(connection, name, template)
        return Dsns(owner=self._dsn(name, OWNER), service=self._dsn(name, SERVICE))

    def drop_database(self, name: str) -> None:
        """Remove a database that `create_database` created, and close every connection to it."""
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
        """Return True if another process uses the server. The question gives up this process's own shared lock."""
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
                    f"{path} is missing, and without it nobody can open the database in {self._data}. Put the file "
                    f"back, or move {self._home} away to start with an empty database."
                )
            passwords = {name: secrets.token_urlsafe(24) for name in (_SUPERUSER, OWNER, SERVICE)}
            _write_secret(path, json.dumps(passwords))
        return dict(json.loads(path.read_text()))

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
        """Return the socket folder of the server that already runs, or None if a new server may be started."""
        server = Postmaster.read(self._data)
        if server and server.is_of_another_folder:
            raise EmbeddedServerFailed(
                f"{self._data} is a copy of {server.served}, made while a server ran there. It is not opened, "
                "because that server holds the other folder's data, and a copy made meanwhile may be torn. Stop that "
                "server and copy anew; or, to let this copy recover as after a crash, remove its file postmaster.pid."
            )
        deadline = time.monotonic() + _PATIENCE
        while server and time.monotonic() < deadline:
            if server.socket_folder and _answers(server.socket_folder):
                return server.socket_folder
            if not server.is_running:
                break
            if server.socket_folder and not (server.socket_folder / f".s.PGSQL.{_PORT}").exists():
                break
            time.sleep(0.05)
            server = Postmaster.read(self._data)
        if others and not self._has_ended(server):
            raise EmbeddedServerFailed(
                f"Another process (perhaps in another container) uses the database in {self._home}, and its server "
                "does not answer here. Stop that process first: two servers on one folder would destroy its data."
            )
        if server and server.is_running:
            self._stop()
        elif server and server.is_gone:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        return None

    def _has_ended(self, server: Postmaster | None) -> bool:
        """Return True if the server, which others may still use, has certainly ended.

        A process number alone is no proof, because the server may run in another container with numbers of its own.
        """
        if server is None or not server.is_gone or not self._space.exists():
            return False
        return self._space.read_text() == read_process_space()

    @contextmanager
    def keep_running(self) -> Iterator[None]:
        """Start the server again within seconds if it dies during the block."""
        ended = Event()
        watch = Thread(target=self._watch, args=(ended,), name="kvittens-database", daemon=True)
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()

    def _watch(self, ended: Event) -> None:
        while not ended.wait(_LOOK):
            try:
                server = Postmaster.read(self._data)
                if server is not None and not server.is_gone:
                    continue
                with self._turn():
                    others = self._has_others()
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                    self._socket_folder = self._take_over(others) or self._start()
                _log.warning("The database server had died, and was started again.")
            except (EmbeddedServerFailed, OSError):  # such as too many open files: the next look may do better
                _log.exception("It cannot be seen to that the database server runs.")

    def _start(self) -> Path:
        folder = prepare_socket_folder(self._home, self._account)
        for leftover in folder.glob(f".s.PGSQL.{_PORT}*"):
            leftover.unlink()
        self._space.write_text(read_process_space() or "")
        log = self._data / "start.log"
        options = shlex.join(["-k", str(folder), *(f"--{name}={value}" for name, value in _SETTINGS.items())])
        log.unlink(missing_ok=True)
        try:
            self._pg_ctl("start", f"--log={log}", f"--options={options}")
        except EmbeddedServerFailed as error:
            text = log.read_text(errors="replace").strip() if log.exists() else ""
            raise EmbeddedServerFailed(f"{error}\n{text}\nSee also the files in {self._data / 'log'}.") from None
        return folder

    def _stop(self) -> None:
        server = Postmaster.read(self._data)
        if server is None or not server.is_running:
            return
        self._pg_ctl("stop", "--mode=fast")
        if server.socket_folder and server.socket_folder.parent != self._home:
            with suppress(OSError):
                server.socket_folder.rmdir()

    def _create_missing(self) -> None:
        """Create the roles and the database that the cluster lacks."""
        with self._superuser() as connection:
            for role in (OWNER, SERVICE):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    digest = connection.pgconn.encrypt_password(
                        self._passwords[role].encode(), role.encode(), b"scram-sha-256"
                    )
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                            sql.Identifier(role), sql.Literal(digest.decode())
                        )
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                _create_database(connection, DATABASE, template=None)

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


def _create_database(connection: psycopg.Connection[Any], name: str, template: str | None) -> None:
    database, service = sql.Identifier(name), sql.Identifier(SERVICE)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            database, sql.Identifier(OWNER), sql.Identifier(template or "template1")
        )
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, service))


def _answers(folder: Path) -> bool:
    return pq.PGconn.ping(f"host='{folder}' port={_PORT} connect_timeout=2".encode()) == pq.Ping.OK


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only this process's account may read. The file appears complete or not at all."""
    unfinished = path.with_suffix(".new")
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
