"""H9: the module comes to a shop of thousands of invoices, and grows older there.

`setup/bookshop bench install` does it with 10 000, takes the module away again, and has
it come back with its demonstration (H8).
"""

import subprocess

import pytest

from bookshop_tool import template, workspace
from e2e.old_shop import MODULE, OldShop, old_shop, queries_in
from e2e.stage import Shop

INVOICES = 2000
# The first version whose data a later one must keep: none was installed before it.
PREVIOUS = "2519597"
KEPT = (
    "original",
    "seal",
    "event",
    "submission",
    "transmission",
    "structure",
    "service",
)
REFERENCES = "buyer_reference, purchase_order_reference, contract_reference"


@pytest.fixture(scope="module")
def previous(tmp_path_factory):
    """Odoo's configuration with the module as it was in its previous version."""
    folder = tmp_path_factory.mktemp("previous")
    archive = ["git", "archive", PREVIOUS, MODULE]
    found = subprocess.run(
        archive, cwd=workspace.ROOT, capture_output=True, check=False
    )
    if found.returncode:
        pytest.skip("the history of the project is not here")
    subprocess.run(["tar", "-x", "-C", folder], input=found.stdout, check=True)
    conf = folder / "odoo.conf"
    text = workspace.ODOO_CONF.read_text()
    conf.write_text(text.replace(f",{workspace.ROOT}\n", f",{folder}\n"))
    return conf


@pytest.fixture(scope="module")
def shop():
    with old_shop(INVOICES) as shop:
        yield shop


def stored(shop, columns):
    """What the tables to keep hold, by table: a digest of the given columns."""
    return {
        table: shop.sql(
            "SELECT count(*), "
            f"md5(string_agg(md5(row({names})::text), '' ORDER BY id)) FROM {table}"
        )
        for table, names in columns.items()
    }


def columns_of(shop):
    """The columns of the tables to keep, as they are now."""
    tables = [f"l10n_fr_chorus_{name}" for name in KEPT]
    query = (
        "SELECT string_agg(column_name, ', ' ORDER BY column_name) "
        "FROM information_schema.columns "
        # A field that is new may be worked out from the old ones: that is no change.
        "WHERE column_name NOT LIKE 'write%' AND table_name = "
    )
    columns = {table: shop.sql(f"{query}'{table}'") for table in tables}
    return {**columns, "account_move": f"name, state, amount_total, {REFERENCES}"}


def test_it_is_installed_beside_thousands_of_invoices(shop, previous):
    """No field of ours is worked out row by row, so that old shops wait no longer."""
    shop.conf = previous
    run = shop.install()
    assert run.complaints == []
    log = template.install_log(workspace.ensure())
    if log.is_file():
        alone = queries_in(log.read_text(errors="replace"))
        assert run.queries < alone + INVOICES / 4


def test_what_was_sent_survives_an_update(shop, previous):
    with workspace.start_simulator() as simulator:
        before = Shop(shop.database, simulator, previous)
        before.finish(
            before.start(
                ("connect", {"url": simulator.url}),
                ("send", {"count": 3}),
                ("work", {"rounds": 3, "pause": 2}),
            )
        )
        columns = columns_of(shop)
        kept = stored(shop, columns)
        # Each original has its seal, and so has all that is written beside it.
        seals = int(kept["l10n_fr_chorus_seal"].partition("|")[0])
        assert seals >= 3
        after = OldShop(shop.database)
        run = after.update()
        assert run.complaints == []
        assert stored(shop, columns) == kept
        now = Shop(shop.database, simulator)
        [vault] = now.finish(now.start(("verify", {})))
    assert vault["ok"], vault["message"]
    assert vault["checked"] == seals
