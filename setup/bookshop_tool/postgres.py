"""A private PostgreSQL on a Unix socket, nothing listening on the network.

It is a throw-away cluster (``fsync`` off), started when needed and left running for
the next command; ``setup/bookshop stop`` ends it.
"""

import os
import pwd
import shutil
import subprocess
from functools import cache
from pathlib import Path

from . import lock
from .console import Failure, run_logged, say
from .environment import variables
from .paths import RUNTIME, RUNTIME_ID

ROLE = "bookshop"
PORT = 5432
_SOCKET_PATH_LIMIT = 100  # the kernel's is 107 characters
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
}


def programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = {int(path.parts[-3]): path.parent for path in found}
    if versions:
        return versions[max(versions)]
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def ensure() -> None:
    """Have the server running, with the role Odoo connects as."""
    if _is_running():
        return
    with lock.exclusive():
        if not _data().is_dir():
            _create()
        if not _is_running():
            _start()


def stop() -> bool:
    """Stop the server; tells whether it was running."""
    if not _data().is_dir() or not _is_running():
        return False
    _control("stop", "-m", "fast")
    return True


def socket_folder() -> Path:
    """The folder of the socket: a short one, whatever the depth of the runtime."""
    cluster = _cluster()
    if len(f"{cluster}/.s.PGSQL.{PORT}") <= _SOCKET_PATH_LIMIT:
        return cluster
    return Path("/tmp") / f"bookshop-{RUNTIME_ID}"


def execute(sql: str, database: str = "postgres", role: str = ROLE) -> str:
    """Run SQL and return what it prints, one row a line, fields parted by ``|``."""
    command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", role, "-d", database]
    return _client(command, sql)


def databases() -> set[str]:
    """The names of all databases."""
    return set(execute("SELECT datname FROM pg_database").split())


def create(name: str, template: str) -> None:
    """Make a database as a copy of ``template``."""
    execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def dump(name: str, file: Path) -> None:
    """Save a database in a file, as a host's backup does."""
    _client(["pg_dump", "-Fc", "-U", ROLE, "-f", str(file), name], "")


def restore(file: Path, name: str) -> None:
    """Make a database from such a file."""
    execute(f'CREATE DATABASE "{name}"')
    _client(["pg_restore", "--no-owner", "-U", ROLE, "-d", name, str(file)], "")


def rename(name: str, new_name: str) -> None:
    """Rename a database."""
    execute(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')


def drop(name: str) -> None:
    """Drop a database, even if programs are still connected to it.

    One of them may be the server's own vacuum, which an ordinary role cannot end.
    """
    execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', role="postgres")


@cache
def _owner() -> pwd.struct_passwd:
    """Who runs the server, which refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise Failure(
            "PostgreSQL cannot run as root and there is no user named postgres: "
            "install Debian's postgresql package, or run as an ordinary user"
        ) from None


def _as_owner() -> dict:
    """How ``subprocess`` becomes the owner of the cluster."""
    options: dict = {"cwd": "/", "env": variables(LC_ALL="C")}
    if os.geteuid() == 0:
        owner = _owner()
        options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return options


@cache
def _cluster() -> Path:
    """The cluster's folder, elsewhere when its owner cannot reach the runtime.

    As in a checkout below ``/root``, which the ``postgres`` user cannot enter.
    """
    RUNTIME.mkdir(parents=True, exist_ok=True)
    command = ["test", "-x", str(RUNTIME)]
    reachable = subprocess.run(command, check=False, **_as_owner()).returncode == 0
    if reachable:
        return RUNTIME / "postgres"
    return Path("/var/tmp") / f"bookshop-{RUNTIME_ID}"


def _data() -> Path:
    return _cluster() / "data"


def _private_folder(folder: Path) -> None:
    """Make a folder only the owner enters; refuse somebody else's."""
    owner = _owner()
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        status = folder.lstat()
        if status.st_uid != owner.pw_uid:
            raise Failure(f"{folder} is not owned by {owner.pw_name}") from None


def _create() -> None:
    """Make the cluster beside its final place, so that it is whole or absent."""
    _private_folder(_cluster())
    partial = _cluster() / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    run_logged(
        "Making a private PostgreSQL",
        [_program("initdb"), "-D", partial, "--no-sync", *options],
        _log("initdb"),
        **_as_owner(),
    )
    partial.rename(_data())


def _start() -> None:
    _forget_dead_server()
    _private_folder(_cluster())
    _private_folder(socket_folder())
    settings = [f"-c {name}={value}" for name, value in _SETTINGS.items()]
    options = f"-k {socket_folder()} -p {PORT} {' '.join(settings)}"
    server_log = _cluster() / "server.log"
    _control("start", "-w", "-t", "60", "-l", str(server_log), "-o", options)
    role = execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'", role="postgres")
    if not role:
        # An ordinary role, as in production: it owns its databases, nothing more.
        execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB", role="postgres")


def _control(action: str, *options: str) -> None:
    """Run ``pg_ctl``; its output goes to a file, which the server may keep open."""
    log = _log("pg_ctl")
    with log.open("wb") as output:
        code = subprocess.run(
            [_program("pg_ctl"), action, "-D", str(_data()), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **_as_owner(),
        ).returncode
    if code:
        raise Failure(f"PostgreSQL did not {action}: see {_cluster() / 'server.log'}")


def _forget_dead_server() -> None:
    """Remove what a killed server left, which would keep the next from starting.

    PostgreSQL does it too, unless the dead server's number belongs to a process.
    """
    socket_lock = socket_folder() / f".s.PGSQL.{PORT}.lock"
    for path in (_data() / "postmaster.pid", socket_lock):
        if path.exists() and not _is_our_server(path.read_text().split("\n", 1)[0]):
            say("the last PostgreSQL was killed, starting it again")
            path.unlink()


def _is_our_server(pid: str) -> bool:
    command = ["ps", "-p", pid.strip(), "-o", "args="]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    return "postgres" in process.stdout and str(_data()) in process.stdout


def _is_running() -> bool:
    if programs() is None:
        raise Failure("PostgreSQL is not installed")
    command = [_program("pg_isready"), "-q", "-h", str(socket_folder())]
    options = ["-p", str(PORT), "-U", ROLE, "-d", "postgres"]
    return subprocess.call([*command, *options], env=variables()) == 0


def _client(command: list[str], sql: str) -> str:
    program, *rest = command
    done = subprocess.run(
        [_program(program), "-h", str(socket_folder()), "-p", str(PORT), *rest],
        input=sql,
        capture_output=True,
        text=True,
        env=variables(),
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no answer"]
        raise Failure(f"PostgreSQL: {reason[0]}")
    return done.stdout.strip()


def _program(name: str) -> str:
    folder = programs()
    if folder is None:
        raise Failure("PostgreSQL is not installed")
    return str(folder / name)


def _log(name: str) -> Path:
    folder = RUNTIME / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"
