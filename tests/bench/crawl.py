"""Every screen clicked through: all roles, all they see, one line of JSON.

Run by `setup/bookshop bench crawl [ROLE ...]` inside Odoo's shell. The shop is one of
its own: its pages are served, an invoice stands in every condition, and each role of
`e2e/crawl.py` opens all that it may. `found` is empty when nothing is wrong.
"""

import argparse
import json
import os
import resource
import shlex
import sys

from bookshop_tool import web, workspace
from bookshop_tool.paths import MODULE_DIR

# What the words of a page are compared with is the core's, which knows no Odoo.
sys.path.append(str(MODULE_DIR))

from e2e import crawl
from e2e.browser import open_browser
from e2e.conftest import prepare
from e2e.stage import open_shop


def main():
    """Send everybody round and print what they found."""
    parser = argparse.ArgumentParser(prog="bookshop bench crawl")
    parser.add_argument("roles", nargs="*", default=list(crawl.TOURS))
    words = shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", ""))
    roles = parser.parse_args(words).roles
    # Odoo's shell bounds its memory: a browser would not start within it.
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    clicked, found = {}, []
    with open_shop("bench_crawl", pages=True) as shop:
        record = prepare(shop)
        with (
            workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo,
            open_browser() as session,
        ):
            web.warm_up(odoo.url)
            for name in roles:
                one = crawl.tour(session, odoo.url, record, name)
                clicked[name] = sum(one.clicked.values())
                found += [
                    {"kind": kind, "what": what, "where": where}
                    for (kind, what), where in one.found.items()
                ]
        found += [{"kind": "log", "what": line} for line in shop.errors()]
    total = sum(clicked.values())
    print(json.dumps({"clicked": total, "by_role": clicked, "found": found}))


main()
