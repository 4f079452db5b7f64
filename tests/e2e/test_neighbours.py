"""R44: beside Odoo's own network, an invoice has one owner, and nothing of core breaks.

The real `account_peppol` is installed, in its demo mode, which calls nobody.
"""

import subprocess

import pytest

from bookshop_tool import workspace
from bookshop_tool.environment import variables
from stage import open_shop

PUBLIC, PRIVATE = "partner_lyon", "partner_parents"


@pytest.fixture(
    scope="module", params=[False, True], ids=["unregistered", "registered"]
)
def shop(request, neighbour):
    """The shop beside the network, not known to it, then registered on it."""
    neighbour.registered = request.param
    neighbour.call("on_network", registered=request.param)
    return neighbour


@pytest.fixture(scope="module")
def neighbour():
    with open_shop("neighbours") as shop:
        command = [workspace.PYTHON, "-m", "odoo", "-c", shop.conf, "-d", shop.database]
        options = ["-i", "account_peppol", "--stop-after-init", "--no-http"]
        subprocess.run(
            [*map(str, command), *options, f"--logfile={shop.log}"],
            env=variables(),
            check=True,
        )
        yield shop


def test_the_dialog_proposes_one_network_and_sends(shop):
    answer = shop.call("by_dialog", customer=PUBLIC)
    assert answer["proposed"] == ["chorus"]
    assert answer["refused"] == ""
    assert answer["ours"] == "requested"
    assert answer["theirs"] in ("", "ready")


def test_two_networks_ticked_are_refused_in_words(shop):
    answer = shop.call("by_dialog", customer=PUBLIC, methods=["chorus", "peppol"])
    if shop.registered:
        # Its code: the words come in the language of whoever sends.
        assert "l10n_fr_chorus_two_networks" in answer["stopped"]
        assert answer["refused"]
    assert answer["ours"] == ""
    assert answer["theirs"] in ("", "ready")


def test_the_queue_goes_on_whatever_was_written_down(shop):
    """H1, H2: one invoice of ours held up the queue, and a reader's e-mail with it."""
    ours, private = shop.call("by_queue", customers=[PUBLIC, PRIVATE], methods=None)
    assert (ours["ours"], ours["waiting"]) == ("requested", False)
    assert (private["ours"], private["waiting"]) == ("", False)
    stale = shop.call("by_queue", customers=[PUBLIC], methods=["chorus", "peppol"])
    assert [(one["ours"], one["waiting"]) for one in stale] == [("requested", False)]
    assert stale[0]["theirs"] in ("", "ready")


def test_what_the_other_network_has_does_not_leave_from_here(shop):
    answer = shop.call("taken", customer=PUBLIC)
    assert answer["codes"][0] == "sent_elsewhere"
    assert not answer["queued"]
    assert answer["queued_after_its_failure"]
