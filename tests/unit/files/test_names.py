"""The name of a file leaves on one line, without its folders or hidden signs."""

import pytest

from chorus.facturx.archive import file_name
from chorus.invoice import Attachment
from chorus.rules import files
from chorus.text import bare_name

NAMES = {
    "bon.pdf": "bon.pdf",
    "a/b.pdf": "b.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "c:\\Users\\claire\\bon.pdf": "bon.pdf",
    "fa\u202efdp.exe.pdf": "fafdp.exe.pdf",
    "bon\r\nX: y.pdf": "bon X: y.pdf",
    "e\u0301te\u0301.pdf": "été.pdf",
    " bon .pdf ": "bon .pdf",
    "\u200f.pdf": ".pdf",
    "a\u00a0b.pdf": "a b.pdf",
    "folder/": "folder",
    "": "",
}


@pytest.mark.parametrize(("given", "left"), NAMES.items())
def test_what_leaves_of_a_name(given, left):
    assert bare_name(given) == left
    assert Attachment(given, b"x").name == left


def test_two_folders_may_hold_the_same_name():
    taken = set()
    names = [
        file_name(Attachment(one, b"").name, taken) for one in ("a/b.pdf", "c/b.pdf")
    ]
    assert names == ["b.pdf", "b-2.pdf"]


def test_the_check_looks_at_what_leaves():
    long = "dossier/" * 10 + "bon.pdf"
    assert list(files.faults([(long, 10)])) == []
    hidden = "bon.pdf\u202e/x.exe"
    assert list(files.faults([(hidden, 10)])) == [("file_kind", "x.exe")]
