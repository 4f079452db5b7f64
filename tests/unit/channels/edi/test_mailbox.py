"""The mailbox, a real SFTP server or a folder: nothing half-left, nothing lost."""

import os
import socket
from contextlib import contextmanager

import asyncssh
import pytest

from chorus.channels.edi import mailbox_sftp
from chorus.channels.edi.mailbox import (
    INVOIC,
    INVOIC_WITH_PDF,
    Entry,
    Folders,
    Mailbox,
    MailboxDepositor,
    files_of,
    last_name,
)
from chorus.channels.edi.mailbox_folder import FolderStore
from chorus.channels.edi.mailbox_sftp import (
    Address,
    fingerprint,
    offered_key,
    open_store,
)
from chorus.errors import Denied, Doubtful, Refused, Unreachable
from chorus.facturx import archive
from simulator.mailbox import LOGIN, PASSWORD
from simulator.mailbox import Mailbox as Server
from simulator.platform import Platform

NAME, BYTES = "3012345678902_INVOIC_20261123024000_7.edi", b"UNA:+.? 'UNB+\xe9'" * 999
TAKEN = Folders(taken="ARC", archive="ARC", suffix=".rdy")


def address_of(server, **changes):
    values = {
        "host": "127.0.0.1",
        "port": server.port,
        "login": LOGIN,
        "password": PASSWORD,
        "host_key": server.describe()["host_key"],
        "connect_timeout": 5.0,
        "call_timeout": 5.0,
    }
    return Address(**values | changes)


@pytest.fixture(scope="module")
def server():
    one = Server(Platform())
    yield one
    one.close()


@pytest.fixture(autouse=True)
def empty(request):
    if "server" in request.fixturenames or "sftp" in request.fixturenames:
        server = request.getfixturevalue("server")
        server.faults.clear()
        for path in server.root.glob("*/*"):
            path.unlink()


@pytest.fixture
def sftp(server):
    with open_store(address_of(server)) as store:
        yield Mailbox(store, TAKEN)


@pytest.fixture
def folder(tmp_path):
    for name in ("I", "O", "ARC"):
        (tmp_path / name).mkdir()
    return Mailbox(FolderStore(str(tmp_path), str(tmp_path)), TAKEN)


def again(server):
    """Another connection, as a worker has after trouble."""
    return open_store(address_of(server))


# ---- DEPOSIT ------------------------------------------------------------------------


def test_left_whole_under_its_name(server, sftp):
    sftp.deposit(NAME, BYTES)
    assert server.files()["I"] == [NAME]
    assert (server.root / "I" / NAME).read_bytes() == BYTES
    assert sftp.trace(NAME)
    assert not sftp.is_draft(NAME)


def test_left_twice_is_left_once(server, sftp):
    sftp.deposit(NAME, BYTES)
    sftp.deposit(NAME, BYTES)
    assert server.files()["I"] == [NAME]
    with pytest.raises(Refused, match="Another file"):
        sftp.deposit(NAME, b"other bytes")
    assert (server.root / "I" / NAME).read_bytes() == BYTES


def test_still_seen_once_taken(server, sftp):
    sftp.deposit(NAME, BYTES)
    os.rename(server.root / "I" / NAME, server.root / "ARC" / f"{NAME}.rdy")
    assert sftp.trace(NAME)
    assert not sftp.trace("another.edi")


@pytest.mark.parametrize("kind", ["cut_write", "disk_full", "refuse"])
def test_trouble_before_the_renaming_had_no_effect(server, kind):
    server.faults.add({"kind": kind})
    with pytest.raises(Unreachable), again(server) as store:
        Mailbox(store, TAKEN).deposit(NAME, BYTES)
    drafts = [f".{NAME}"] if kind == "cut_write" else []  # nobody is there to remove it
    assert server.files()["I"] == drafts
    with again(server) as store:
        Mailbox(store, TAKEN).deposit(NAME, BYTES)
    assert (server.root / "I" / NAME).read_bytes() == BYTES


@pytest.mark.parametrize(
    ("kind", "there"), [("cut_before_rename", False), ("cut_after_rename", True)]
)
def test_a_cut_while_renaming_is_a_doubt(server, kind, there):
    server.faults.add({"kind": kind})
    with pytest.raises(Doubtful), again(server) as store:
        Mailbox(store, TAKEN).deposit(NAME, BYTES)
    with again(server) as store:
        box = Mailbox(store, TAKEN)
        assert box.trace(NAME) is there
        assert box.is_draft(NAME) is not there
        box.deposit(NAME, BYTES)
    assert server.files()["I"] == [NAME]


def test_renaming_refused(server, sftp):
    server.faults.add({"kind": "rename_refused"})
    with pytest.raises(Denied, match="refuses to rename"):
        sftp.deposit(NAME, BYTES)
    sftp.deposit(NAME, BYTES)
    assert server.files()["I"] == [NAME]


def test_no_folder(server):
    with again(server) as store, pytest.raises(Denied, match="does not exist"):
        Mailbox(store, Folders(sent="NOWHERE")).deposit(NAME, BYTES)


@pytest.mark.parametrize(
    "name", ["../x", "a/b", ".x", "", "a" * 300, "a\0b", "..", "a\nb", "C:\\x"]
)
def test_names_that_lead_elsewhere(folder, name):
    for call in (folder.put_away, folder.trace, folder.is_draft):
        with pytest.raises(Refused):
            call(name)
    with pytest.raises(Refused):
        folder.deposit(name, BYTES)


# ---- ANSWERS ------------------------------------------------------------------------


def test_answers_are_read_then_put_away(server, sftp):
    for name in ("b.txt", "a.txt", ".draft"):
        (server.root / "O" / name).write_bytes(name.encode())
    first, second = sftp.answers()
    assert (first.name, second.name) == ("a.txt", "b.txt")
    assert sftp.fetch(first) == b"a.txt"
    sftp.put_away(first.name)
    sftp.put_away(first.name)  # another worker was quicker
    assert server.files()["O"] == [".draft", "b.txt"]
    assert server.files()["ARC"] == ["a.txt.rdy"]


def test_a_name_used_again_does_not_erase_the_archive(server, sftp):
    for content in (b"one", b"two"):
        (server.root / "O" / "a.txt").write_bytes(content)
        sftp.put_away("a.txt")
    assert server.files()["ARC"] == ["a.txt.1.rdy", "a.txt.rdy"]


def test_an_answer_read_in_part_is_not_read(folder, tmp_path, monkeypatch):
    (tmp_path / "O" / "a.txt").write_bytes(b"news")
    [entry] = folder.answers()
    monkeypatch.setattr(FolderStore, "read", lambda _store, _path, _most: b"ne")
    assert folder.fetch(entry) is None


def test_an_answer_that_grew_since_it_was_read_stays(server, sftp):
    path = server.root / "O" / "a.txt"
    path.write_bytes(b"one")
    [entry] = sftp.answers()
    path.write_bytes(b"one and two")
    assert not sftp.put_away("a.txt", entry.mark)
    assert server.files()["O"] == ["a.txt"]
    [entry] = sftp.answers()
    assert sftp.put_away("a.txt", entry.mark)
    assert server.files()["O"] == []


def test_an_answer_that_cannot_be_put_away_stays(server):
    (server.root / "O" / "a.txt").write_bytes(b"news")
    server.faults.add({"kind": "cut_archiving"})
    with pytest.raises(Unreachable), again(server) as store:
        Mailbox(store, TAKEN).put_away("a.txt")
    assert server.files()["O"] == ["a.txt"]


@pytest.mark.parametrize("kind", ["cut_listing", "cut_read"])
def test_a_cut_while_reading(server, kind):
    (server.root / "O" / "a.txt").write_bytes(b"news")
    server.faults.add({"kind": kind})
    with pytest.raises(Unreachable), again(server) as store:
        box = Mailbox(store, TAKEN)
        [box.fetch(entry) for entry in box.answers()]
    assert server.files()["O"] == ["a.txt"]


def test_deleted_when_there_is_no_archive(tmp_path):
    (tmp_path / "O").mkdir()
    (tmp_path / "O" / "a.txt").write_bytes(b"news")
    box = Mailbox(FolderStore("", str(tmp_path)), Folders(archive=""))
    box.put_away("a.txt")
    assert not list((tmp_path / "O").iterdir())


def test_links_folders_and_large_files_are_not_read(tmp_path, server):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    os.symlink(secret, server.root / "O" / "link.txt")
    (server.root / "O" / "big.txt").write_bytes(b"x" * 2000)
    (server.root / "O" / "fine.txt").write_bytes(b"x" * 1000)
    with again(server) as store:
        box = Mailbox(store, TAKEN, most=1000)
        by_name = {entry.name: entry for entry in box.answers()}
        for name in ("link.txt", "big.txt"):
            assert box.refusal(by_name[name])
            with pytest.raises(Refused):
                box.fetch(by_name[name])
        # What the listing said is not believed.
        with pytest.raises(Refused):
            box.fetch(Entry("link.txt", 6))
        with pytest.raises(Refused):
            box.fetch(Entry("big.txt", 6))
        assert len(box.fetch(by_name["fine.txt"])) == 1000
    assert box.refusal(Entry("../x", 1))


def test_a_folder_does_not_follow_links(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    os.symlink(secret, tmp_path / "O" / "link.txt")
    os.symlink(secret, tmp_path / "I" / f".{NAME}")
    [entry] = folder.answers()
    assert folder.refusal(entry)
    with pytest.raises(Refused):
        folder.fetch(Entry("link.txt", 6))
    with pytest.raises(Unreachable):
        folder.deposit(NAME, BYTES)
    assert secret.read_bytes() == b"secret"


def test_a_folder_is_a_mailbox_too(folder, tmp_path):
    folder.deposit(NAME, BYTES)
    (tmp_path / "O" / "a.txt").write_bytes(b"news")
    [entry] = folder.answers()
    assert folder.fetch(entry) == b"news"
    folder.put_away(entry.name)
    assert folder.answers() == []
    assert (tmp_path / "I" / NAME).read_bytes() == BYTES


@pytest.mark.parametrize(
    ("root", "allowed"), [("..", "box"), ("/etc", "box"), ("no", "box"), ("", "")]
)
def test_folders_the_owner_did_not_open(tmp_path, root, allowed):
    (tmp_path / "box").mkdir()
    with pytest.raises(Denied):
        FolderStore(root, str(tmp_path / allowed) if allowed else "")


# ---- THE DOOR -----------------------------------------------------------------------


def test_the_servers_key_is_shown_then_pinned(server):
    address = address_of(server, host_key="")
    key = offered_key(address)
    assert fingerprint(key) == asyncssh.import_public_key(key).get_fingerprint()
    with pytest.raises(Denied, match="not confirmed"), open_store(address):
        pass
    with open_store(address_of(server, host_key=key)) as store:
        assert Mailbox(store, TAKEN).answers() == []


def test_another_key_gets_no_password():
    server = Server(Platform())
    pinned = address_of(server)
    server.change_key()
    server.faults.add({"kind": "wrong_password"})
    try:
        moved = address_of(server, host_key=pinned.host_key)
        with pytest.raises(Denied, match="another key"), open_store(moved):
            pass
        assert server.faults.struck == []
    finally:
        server.close()


def test_wrong_password(server):
    wrong = address_of(server, password="hunter2")
    with pytest.raises(Denied, match="refuses the login") as refusal, open_store(wrong):
        pass
    assert "hunter2" not in repr(refusal.value) + repr(wrong)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa"])
def test_a_key_opens(kind):
    key = asyncssh.generate_private_key(kind)
    server = Server(Platform(), client_key=key.export_public_key().decode())
    private = key.export_private_key("openssh").decode()
    try:
        with open_store(address_of(server, private_key=private)) as store:
            assert Mailbox(store, TAKEN).answers() == []
        with pytest.raises(Denied), open_store(address_of(server)):
            pass
        nonsense = address_of(server, private_key="not a key")
        with pytest.raises(Denied, match="cannot be read"), open_store(nonsense):
            pass
    finally:
        server.close()


def test_no_encryption_in_common_is_said_so():
    server = Server(Platform(), legacy=True)
    try:
        with pytest.raises(Denied, match="no encryption in common"):
            offered_key(address_of(server))
    finally:
        server.close()


def test_nobody_answers():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Unreachable, match="cannot be reached"):
        offered_key(Address("127.0.0.1", port, "x"))


def test_somebody_else_answers(monkeypatch):
    """A port that is open but speaks no SSH."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = Address(*other.getsockname(), "x", connect_timeout=0.3)
        with pytest.raises(Unreachable):
            offered_key(address)
    assert mailbox_sftp.CONNECT_TIMEOUT > 1


# ---- THE DEPOSITOR ------------------------------------------------------------------


def depositor(server):
    """As a thread uses it, and how many lines it has opened."""
    opened = []

    @contextmanager
    def open_mailbox():
        opened.append(1)
        with open_store(address_of(server)) as store:
            yield Mailbox(store, TAKEN)

    return MailboxDepositor(open_mailbox, "Dilifac"), opened


def test_one_line_for_many_files_another_after_trouble(server):
    one, opened = depositor(server)
    with one:
        assert one.deposit(BYTES, NAME, INVOIC).flux_number == NAME
        one.deposit(BYTES, "second.edi", INVOIC)
        assert len(opened) == 1
        server.faults.add({"kind": "cut_write"})
        with pytest.raises(Unreachable) as trouble:
            one.deposit(BYTES, "third.edi", INVOIC)
        assert trouble.value.who == "Dilifac"
        one.deposit(BYTES, "third.edi", INVOIC)
        assert len(opened) == 2
    left = [name for name in server.files()["I"] if not name.startswith(".")]
    assert left == sorted([NAME, "second.edi", "third.edi"])


def test_the_file_that_counts_is_left_last(server):
    packed = archive.pack([("0.pdf", b"%PDF"), ("a.edi", b"UNA"), ("a.pdf", b"%PDF")])
    files = files_of("a.tar.gz", packed, INVOIC_WITH_PDF)
    assert [name for name, _content in files] == ["0.pdf", "a.pdf", "a.edi"]
    assert last_name("a.tar.gz", INVOIC_WITH_PDF) == "a.edi"
    assert last_name(NAME, INVOIC) == NAME
    one, _opened = depositor(server)
    with one:
        one.deposit(packed, "a.tar.gz", INVOIC_WITH_PDF)
    assert server.files()["I"] == ["0.pdf", "a.edi", "a.pdf"]
