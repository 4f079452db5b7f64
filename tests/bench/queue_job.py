"""H5: with the OCA's real `queue_job`, do its jobs send and does Odoo go on serving?

Run by `setup/bookshop bench queue_job [--invoices N]`: a prefork server with two web
workers, the job runner and no scheduler; invoices are requested, one process is killed
while its job works, pages are asked for all along. Prints one line of JSON.
"""

import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread

import requests

from bench import _measure
from bookshop_tool import postgres, workspace
from bookshop_tool.environment import variables
from bookshop_tool.paths import LOGS, PYTHON, RUNTIME
from bookshop_tool.services import HOST, Service, free_port
from e2e.stage import Shop

PACKAGES = ("odoo-addon-queue-job>=19.0.2.4,<19.1", "openupgradelib>=3.6,<4")
FOLDER = RUNTIME / "queue_job"
PATIENCE = 300  # seconds
# Whose connection holds our lock: Odoo names each after its process.
AT_WORK = """
    SELECT a.application_name FROM pg_stat_activity a JOIN pg_locks l USING (pid)
     WHERE a.datname = '{database}' AND l.locktype = 'advisory' AND l.granted
"""


def main(env) -> None:
    """Measure and print the result."""
    count = _measure.options("queue_job").invoices
    database = env.cr.dbname
    env.cr.close()
    with workspace.start_simulator() as simulator:
        conf = _configuration(database)
        _install(conf, database)
        shop = Shop(database, simulator, conf=conf)
        shop.call("connect", url=simulator.url)
        with _server(conf, database) as odoo, _Reader(odoo.url) as reader:
            begun = time.monotonic()
            shop.call("send", count=count, customer="partner_lyon")
            killed = _kill_at_work(shop)
            _wait_for(shop, count)
            seconds = time.monotonic() - begun
        sent = shop.on_platform()
        jobs = int(shop.sql("SELECT count(*) FROM queue_job WHERE state = 'done'"))
        result = {
            "invoices": count,
            "jobs": jobs,
            "killed": killed,
            "deposited": len(sent),
            "doubled": sum(times > 1 for times in sent.values()),
            "seconds": seconds,
            "pages_served": reader.served,
            "pages_failed": reader.failed,
            "slowest_page_seconds": reader.slowest,
        }
        _measure.report(result)
    if result["deposited"] != count or result["doubled"] or not jobs:
        sys.exit(1)


def _configuration(database: str):
    """Odoo's usual configuration, with the job runner."""
    if not (FOLDER / "odoo" / "addons" / "queue_job").is_dir():
        install = [PYTHON, "-m", "pip", "install", "-q", "--no-deps"]
        subprocess.run(
            [*map(str, install), "--target", str(FOLDER), *PACKAGES], check=True
        )
    lines = workspace.ODOO_CONF.read_text().splitlines()
    more = f",{FOLDER}/odoo/addons"
    lines = [one + more if one.startswith("addons_path") else one for one in lines]
    lines += ["server_wide_modules = base,rpc,web,queue_job", "[queue_job]"]
    lines += ["channels = root:2", f"host = {HOST}"]
    conf = RUNTIME / f"odoo-{database}.conf"
    conf.write_text("\n".join(lines) + "\n")
    return conf


def _install(conf, database: str) -> None:
    command = [PYTHON, "-m", "odoo", "-c", conf, "-d", database, "-i", "queue_job"]
    options = ["--stop-after-init", "--no-http", f"--logfile={LOGS}/queue_job.log"]
    environment = variables()
    path = os.pathsep.join([str(FOLDER), environment["PYTHONPATH"]])
    subprocess.run(
        [*map(str, command), *options],
        env={**environment, "PYTHONPATH": path},
        check=True,
    )


def _server(conf, database: str) -> Service:
    port = free_port()
    command = [PYTHON, "-m", "odoo", "-c", conf, "-d", database, "--workers=2"]
    options = [f"--http-interface={HOST}", f"--http-port={port}", "--no-database-list"]
    options += [f"--gevent-port={free_port()}", "--max-cron-threads=0"]
    environment = variables(ODOO_QUEUE_JOB_PORT=str(port))
    service = Service([*command, *options], LOGS / "queue_job-server.log", environment)
    url = f"http://{HOST}:{port}"
    service.wait_until(lambda: url if _Reader(url).ask() else None, "Odoo")
    return service


def _kill_at_work(shop) -> int:
    """Kill the process whose job is at work; return how many were killed."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        names = postgres.execute(AT_WORK.format(database=shop.database)).split()
        pids = {int(name.removeprefix("odoo-")) for name in names if "odoo-" in name}
        if pids:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            return len(pids)
        time.sleep(0.05)
    return 0


def _wait_for(shop, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and len(shop.on_platform()) < count:
        time.sleep(1)


class _Reader:
    """A person who opens pages all along."""

    def __init__(self, url: str):
        self.url, self.served, self.failed, self.slowest = url, 0, 0, 0.0
        self._over = Event()
        self._thread = Thread(target=self._read)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()

    def ask(self) -> bool:
        try:
            return requests.get(f"{self.url}/web/login", timeout=60).ok
        except requests.RequestException:
            return False

    def _read(self):
        while not self._over.wait(0.5):
            begun = time.monotonic()
            if self.ask():
                self.served += 1
            else:
                self.failed += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)


main(env)  # noqa: F821 - Odoo's shell defines env
