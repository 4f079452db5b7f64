"""The main job by an operator's mailbox: `setup/bookshop demo --channel dilifac`."""

import json
import shutil
import subprocess

import pytest

from bookshop_tool import demo, workspace
from bookshop_tool.paths import LOGS
from chorus.channels.edi import invoic_verify
from simulator.client import Admin

READER = "Business::Edifact::Interchange"
PERL = f"""
use {READER};
my $file = {READER}->new();
$file->parse_file($ARGV[0]);
print $_->{{bgm_data}}->[1]->[0], "\\n" for @{{$file->messages()}};
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    log = LOGS / "e2e-demo-dilifac.log"
    log.unlink(missing_ok=True)
    with (
        workspace.temporary_database("e2e_demo_dilifac") as database,
        workspace.start_simulator() as simulator,
    ):
        done = demo.tell(
            database, folder, simulator.url, "dilifac", log, stdout=subprocess.PIPE
        )
        assert done.returncode == 0, done.stdout
        platform = Admin(simulator.url)
        ledger = platform.ledger()
        received = {
            flux["name"]: platform.flux_file(flux["number"])
            for flux in ledger["fluxes"]
        }
    sent = {path.name: path for path in sorted((folder / "sent").iterdir())}
    return json.loads(done.stdout.splitlines()[-1]), sent, received, ledger


def test_the_story_ends_as_by_the_api(told):
    summary, sent, received, _ledger = told
    assert summary["lost"] == summary["doubled"] == 0
    assert summary["credit_notes"] >= 1
    assert summary["originals"] == summary["deposited"] == len(sent)
    states = {"MISE_EN_PAIEMENT", "SUSPENDUE", "REJETEE", "not_integrated"}
    assert states <= set(summary["states"])
    assert {name: path.read_bytes() for name, path in sent.items()} == received


def test_each_file_is_verified(told):
    _summary, sent, _received, _ledger = told
    for name, path in sent.items():
        assert invoic_verify.problems(path.read_bytes()) == [], name


def has_reader():
    command = ["perl", f"-M{READER}", "-e1"]
    if not shutil.which("perl"):
        return False
    return not subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.skipif(
    not has_reader(), reason="libbusiness-edifact-interchange-perl is not there"
)
def test_an_independent_reader_finds_the_invoices(told):
    _summary, sent, _received, ledger = told
    numbers = {row["number"] for row in (*ledger["invoices"], *ledger["rejected"])}
    command = ["perl", "-e", PERL]
    read = [
        subprocess.run([*command, path], capture_output=True, text=True, check=True)
        for path in map(str, sent.values())
    ]
    assert {one.stdout.strip() for one in read} == numbers
