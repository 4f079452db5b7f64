"""Beside a till, an e-shop and Belgian books: does Odoo still pass its own tests?

Run by `setup/bookshop bench neighbours`: a base with the modules that a bookshop has,
and a copy of it with ours. Odoo's tests of sending, invoices and French accounting are
run in both and compared by name; so are the queries that an invoice costs a company
that does not use Chorus Pro. Prints one line of JSON.
"""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import _measure
from bookshop_tool import postgres, template, workspace
from bookshop_tool.environment import variables
from bookshop_tool.paths import LOGS, MODULE, PYTHON
from bookshop_tool.services import HOST, free_port

NEIGHBOURS = (
    *("point_of_sale", "website_sale", "purchase_stock", "account_peppol"),
    *("l10n_fr_pos_cert", "loyalty", "delivery", "account_debit_note", "l10n_be"),
)
TESTS = (
    "/account:TestAccountMoveSend",
    "/account:TestAccountComposerPerformance",
    "/account:TestAccountMoveOutInvoiceOnchanges",
    "/account:TestAccountMoveOutRefundOnchanges",
    "/account:TestAccountEarlyPaymentDiscount",
    "/account:TestAccountMoveInalterableHash",
    "/account_debit_note",
    "/account_edi_ubl_cii",
    "/account_peppol:TestPeppolMessage",
    "/l10n_fr_account",
    "/l10n_fr_facturx_chorus_pro",
    "/l10n_fr_pos_cert:TestHash",
    "/loyalty",
    "/purchase_stock:TestStockValuation",
    "/sale:TestSaleToInvoice",
)
# Odoo's tests expect English words.
ENGLISH = """
    UPDATE res_partner SET lang = 'en_US';
    UPDATE res_lang SET active = (code = 'en_US');
    DELETE FROM ir_default WHERE field_id IN (
        SELECT id FROM ir_model_fields WHERE model = 'res.partner' AND name = 'lang')
"""
BEGUN = re.compile(r"odoo\.addons\.(\S+?): Starting (\S+) \.\.\.")
ENDED = re.compile(r"odoo\.addons\.(\S+?): (ERROR|FAIL|skipped)[: ]+(?:Subtest )?(\S+)")
# In a process of each base: what an invoice of a private customer costs.
QUERIES = Path(__file__).with_name("_queries.py")


def main(env) -> None:
    """Measure and print the result."""
    _measure.options("neighbours")
    env.cr.close()
    with workspace.temporary_database("neighbours_alone", bare=True) as alone:
        _odoo(alone, "install", "-i", ",".join(NEIGHBOURS))
        postgres.execute(ENGLISH, alone)
        beside = template.copy_name("neighbours_beside")
        template.copy(alone, beside)
        try:
            _odoo(beside, "install-ours", "-i", MODULE)
            with ThreadPoolExecutor(2) as at_once:
                before, after = at_once.map(_tests, (alone, beside))
            queries = {name: _queries(base) for name, base in _bases(alone, beside)}
        finally:
            template.drop(beside)
    differences = [
        f"{name}: without {before.get(name)}, with {after.get(name)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    differences += [
        f"queries of {country}, {act}: without {count}, with {more}"
        for country, acts in queries["without"].items()
        for act, count in acts.items()
        if (more := queries["with"][country][act]) > count
    ]
    result = {
        "tests_with": len(after),
        "tests_without": len(before),
        "passed_with": sum(one == "ok" for one in after.values()),
        "passed_without": sum(one == "ok" for one in before.values()),
        "queries": queries,
        "differences": differences,
    }
    _measure.report(result)
    if differences or not before:
        sys.exit(1)


def _bases(alone: str, beside: str):
    return (("without", alone), ("with", beside))


def _odoo(database: str, purpose: str, *options: str, check: bool = True) -> str:
    """Run Odoo once; return what it said."""
    log = LOGS / f"{database}-{purpose}.log"
    log.unlink(missing_ok=True)
    command = [PYTHON, "-m", "odoo", "-c", workspace.ODOO_CONF, "-d", database]
    more = ["--stop-after-init", f"--http-interface={HOST}", f"--logfile={log}"]
    subprocess.run(
        [*map(str, command), *options, *more, f"--http-port={free_port()}"],
        env=variables(),
        cwd=workspace.ROOT,
        check=check,
    )
    return log.read_text(errors="replace")


def _tests(database: str) -> dict[str, str]:
    """Run Odoo's tests there; return what became of each, by name."""
    tags = ",".join(TESTS)
    said = _odoo(database, "tests", f"--test-tags={tags}", check=False)
    outcomes = {}
    for line in said.splitlines():
        if found := BEGUN.search(line):
            outcomes[f"{found[1]}.{found[2]}"] = "ok"
        elif found := ENDED.search(line):
            outcomes[f"{found[1]}.{found[3]}"] = found[2]
    return outcomes


def _queries(database: str) -> dict:
    """How many queries each act on an invoice costs there, by country."""
    done = workspace.run_shell(database, QUERIES, capture_output=True, text=True)
    done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1])


main(env)  # noqa: F821 - Odoo's shell defines env
