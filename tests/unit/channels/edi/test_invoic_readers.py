"""Readers that others wrote find in our messages what we wrote there."""

import json
import shutil
import subprocess

import pytest
from invoics import written
from pydifact.parser import Parser

from chorus.channels.edi import edifact
from chorus.channels.edi.invoic import carried
from factories import credit_note, invoice, line

EVERYTHING = {
    "invoice": invoice(),
    "credit note": credit_note(
        (line(name="L'Été", quantity="3"), line(name="Où ? Là !", quantity="1")),
        number="AV/2026/00007",
    ),
    "many lines": invoice(
        tuple(
            line(position=rank, name=f"Tome {rank} : l'été ?") for rank in range(1, 90)
        )
    ),
    "long texts": invoice(note="Merci. " * 60, payment_terms="30 jours fin de mois"),
    "odd prices": invoice((line("3.3175", "2000"),)),
    "every sign": invoice(service="sErv+:?'é ", engagement="ej 'à'", market="M ?"),
}
PERL = """
use Business::Edifact::Interchange;
binmode STDOUT, ':encoding(UTF-8)';
my $file = Business::Edifact::Interchange->new();
$file->parse_file($ARGV[0]);
for my $message (@{$file->messages()}) {
    print join('|', $message->message_code, $message->{bgm_data}->[1]->[0],
        $message->currency_code, $message->date_of_message), "\\n";
    for my $item (@{$message->items()}) {
        my @names = qw(item_number quantity_invoiced lineitem_amount);
        print join('|', map { $item->{$_} } @names), "\\n";
    }
}
"""


def has_perl_reader():
    command = ["perl", "-MBusiness::Edifact::Interchange", "-e1"]
    return (
        shutil.which("perl")
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(
    not has_perl_reader(), reason="libbusiness-edifact-interchange-perl is not there"
)
@pytest.mark.parametrize("one", EVERYTHING.values(), ids=EVERYTHING)
def test_an_independent_reader_understands(tmp_path, one):
    """Debian's reader, made for the EDIFACT of books, sees what we wrote."""
    path = tmp_path / "one.edi"
    path.write_bytes(written(one))
    said = subprocess.run(
        ["perl", "-e", PERL, str(path)], capture_output=True, text=True, check=True
    )
    head, *lines = said.stdout.splitlines()
    assert head == f"{one.kind}|{one.number}|EUR|20261123"
    assert [text.split("|")[0::2] for text in lines] == [
        [line.ean, f"{line.total:.2f}"] for line in carried(one).lines
    ]


NODE = """
const {Reader} = require('edifact');
const file = require('fs').readFileSync(process.argv[1], 'latin1');
const reader = new Reader({autoDetectEncoding: true});
console.log(JSON.stringify(reader.parse(file)));
"""


def has_node_reader():
    command = ["node", "-e", "require('edifact')"]
    return (
        shutil.which("node")
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not has_node_reader(), reason="npm's edifact is not there")
@pytest.mark.parametrize("one", EVERYTHING.values(), ids=EVERYTHING)
def test_another_independent_reader_finds_every_segment(tmp_path, one):
    path = tmp_path / "one.edi"
    path.write_bytes(written(one))
    said = subprocess.run(
        ["node", "-e", NODE, str(path)], capture_output=True, text=True, check=True
    )
    ours = [
        [one.tag, [list(element) for element in one.elements]]
        for one in edifact.load(written(one))
    ]
    theirs = [
        [found["name"], found["elements"] or []] for found in json.loads(said.stdout)
    ]
    assert [one for one in theirs if one[0] != "UNA"] == ours


@pytest.mark.parametrize("one", EVERYTHING.values(), ids=EVERYTHING)
def test_a_third_reader_finds_every_segment(one):
    """pydifact, on PyPI."""
    text = written(one).decode(edifact.ENCODING)
    theirs = [
        [
            found.tag,
            [[part] if isinstance(part, str) else part for part in found.elements],
        ]
        for found in Parser().parse(text)
        if found.tag != "UNA"
    ]
    ours = [
        [found.tag, [list(element) for element in found.elements]]
        for found in edifact.load(written(one))
    ]
    assert theirs == ours
