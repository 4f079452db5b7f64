"""The mailbox against a real OpenSSH `sftp-server`, and against its bad days."""

import os
import socket
import threading
import time

import openssh
import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from chorus.channels.edi.mailbox import Folders, Mailbox
from chorus.channels.edi.mailbox_sftp import Address, open_store
from chorus.errors import Denied, Unreachable

pytestmark = pytest.mark.skipif(bool(openssh.missing()), reason=openssh.missing())

NAME, BYTES = "3012345678902_INVOIC_20261123024000_7.edi", b"UNA:+.? 'UNB+\xe9'" * 99
TAKEN = Folders(taken="ARC", archive="ARC", suffix=".rdy")


def address_of(server, **changes):
    kind = next(iter(server.host_keys))
    values = {
        "host": "127.0.0.1",
        "port": server.port,
        "login": server.login,
        "private_key": server.client,
        "host_key": server.host_key(kind),
        "connect_timeout": 5.0,
        "call_timeout": 5.0,
    }
    return Address(**values | changes)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with openssh.running(tmp_path_factory.mktemp("sshd")) as one:
        yield one


@pytest.fixture
def box(server):
    for path in server.root.glob("*/*"):
        path.unlink()
    with open_store(address_of(server)) as store:
        yield Mailbox(store, TAKEN)


def opened(server, **changes):
    """Open the store of a server whose door is odd, and close it."""
    with open_store(address_of(server, **changes)) as store:
        return store.entries(".")


def test_left_answered_and_put_away(server, box):
    box.deposit(NAME, BYTES)
    box.deposit(NAME, BYTES)
    assert (server.root / "I" / NAME).read_bytes() == BYTES
    (server.root / "O" / "a.txt").write_bytes(b"UNB")
    [entry] = box.answers()
    assert entry.modified
    assert box.fetch(entry) == b"UNB"
    box.put_away(entry.name)
    assert os.listdir(server.root / "ARC") == ["a.txt.rdy"]
    assert box.fetch(entry) is None, "another worker was quicker"


def test_a_name_in_latin_1_is_reported_and_hides_no_other(server, box):
    odd = os.fsencode(server.root / "O") + b"/\xe9tat.csv"
    with open(odd, "wb") as file:
        file.write(b"x")
    (server.root / "O" / "b.txt").write_bytes(b"UNB")
    by_name = {entry.name: box.refusal(entry) for entry in box.answers()}
    assert by_name["b.txt"] == ""
    assert "plain file" in by_name[os.fsdecode(b"\xe9tat.csv")]


def test_many_answers_are_all_listed(server, box):
    for number in range(600):
        (server.root / "O" / f"{number:04}.txt").write_bytes(b"UNB")
    assert len(box.answers()) == 600


def test_an_answer_that_grows_shows_another_mark(server, box):
    path = server.root / "O" / "a.txt"
    path.write_bytes(b"UNB")
    [before] = box.answers()
    path.write_bytes(b"UNB+UNOC")
    [after] = box.answers()
    assert before.mark != after.mark


def test_a_mailbox_that_cannot_be_written_is_read(tmp_path):
    command = f"sftp {openssh.SERVER} -R -d {tmp_path / 'box'}"
    with openssh.running(tmp_path, Subsystem=command) as server:
        (server.root / "O" / "a.txt").write_bytes(b"UNB")
        with open_store(address_of(server)) as store:
            box = Mailbox(store, TAKEN)
            [entry] = box.answers()
            assert box.fetch(entry) == b"UNB"
            with pytest.raises(Denied, match="refuses access"):
                box.put_away(entry.name)
            with pytest.raises(Denied, match="refuses access"):
                box.deposit(NAME, BYTES)


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_the_confirmed_kind_of_key_is_asked_for_first(tmp_path, kind):
    """OpenSSH shows ed25519 first: the RSA key confirmed before is still there."""
    with openssh.running(tmp_path, host_keys=("ed25519", "rsa")) as server:
        assert opened(server, host_key=server.host_key(kind))
        with pytest.raises(Denied, match="another key"):
            opened(server, host_key=openssh.public(openssh.key(kind)))


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("rsa", PrivateFormat.PKCS8),
        ("rsa", PrivateFormat.TraditionalOpenSSL),
        ("rsa", PrivateFormat.OpenSSH),
        ("ed25519", PrivateFormat.PKCS8),
    ],
)
def test_a_key_in_any_file_opens(tmp_path, kind, shape):
    client = openssh.key(kind, shape)
    with openssh.running(tmp_path, client=client) as server:
        assert opened(server)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (openssh.key("rsa", PrivateFormat.PKCS8, b"secret"), "no password"),
        (openssh.key("ed25519", PrivateFormat.OpenSSH, b"secret"), "no password"),
        (openssh.public(openssh.key()), "public key"),
        ("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "PuTTY"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "whole file"),
        ("secret", "whole file"),
    ],
    ids=["rsa", "ed25519", "public", "putty", "cut", "word"],
)
def test_a_key_that_opens_nothing_is_told_why(server, text, words):
    with pytest.raises(Denied, match=words):
        opened(server, private_key=text)


@pytest.mark.parametrize(
    ("options", "changes", "words"),
    [
        # A key, then a password: OpenSSH says so once the key is taken.
        (
            {"AuthenticationMethods": "publickey,password"},
            {"password": ""},
            r"more to log in \(password\)",
        ),
        ({"PasswordAuthentication": "no"}, {"private_key": ""}, r"\(publickey"),
        (
            {"PubkeyAuthentication": "no", "KbdInteractiveAuthentication": "no"},
            {},
            r"\(password\)",
        ),
        ({}, {"private_key": openssh.key()}, "refuses the login"),
        ({"DenyUsers": "*"}, {}, "refuses the login"),
    ],
    ids=["key and password", "key only", "password only", "other key", "denied"],
)
def test_every_way_to_log_in_is_said_as_it_is(tmp_path, options, changes, words):
    with (
        openssh.running(tmp_path, **options) as server,
        pytest.raises(Denied, match=words),
    ):
        opened(server, **{"password": "secret", **changes})


@pytest.mark.parametrize(
    "command",
    ["/bin/echo Bienvenue", "/usr/sbin/nologin", "/bin/false", "/bin/cat /dev/zero"],
)
@pytest.mark.parametrize("option", ["ForceCommand", "Subsystem"])
def test_a_server_that_speaks_no_sftp(tmp_path, command, option):
    value = f"sftp {command}" if option == "Subsystem" else command
    with openssh.running(tmp_path, **{option: value}) as server:
        begun = time.monotonic()
        with pytest.raises(Unreachable, match="does not speak SFTP|did not answer"):
            opened(server, connect_timeout=2.0)
        assert time.monotonic() - begun < 4


def test_a_subsystem_that_never_answers(tmp_path):
    with openssh.running(tmp_path, Subsystem="sftp /bin/sleep 60") as server:
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            opened(server, connect_timeout=1.0)
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "options",
    [
        {"KexAlgorithms": "sntrup761x25519-sha512@openssh.com"},
        {"MACs": "umac-128@openssh.com", "Ciphers": "aes128-ctr"},
    ],
)
def test_a_server_too_recent_is_not_called_obsolete(tmp_path, options):
    with openssh.running(tmp_path, **options) as server:
        with pytest.raises(Denied, match="no encryption in common") as refused:
            opened(server)
        assert "obsolete" not in str(refused.value)


@pytest.mark.parametrize("host", ["sftp..example", "a" * 70 + ".fr", "\ud800", "a b"])
def test_what_cannot_be_the_name_of_a_server(server, host):
    with pytest.raises((Denied, Unreachable)) as refused:
        opened(server, host=host)
    assert refused.value.template.endswith(".")


@pytest.mark.parametrize(
    "words",
    [b"", b"220 FTP\r\n", b"HTTP/1.1 400\r\n\r\n", b"\0" * 99, b"SSH-2.0-x\r\n"],
)
def test_somebody_else_is_at_the_door(server, words):
    """Silence, another protocol, or half of ours: within the time-out."""
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_greet, args=(door, words), daemon=True).start()
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        opened(server, port=door.getsockname()[1], connect_timeout=1.0)
    assert time.monotonic() - begun < 3
    door.close()


def _greet(door, words):
    line, _address = door.accept()
    line.sendall(words)
    time.sleep(5)
    line.close()
