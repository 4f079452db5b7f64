"""The command line: one function for each command."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable

from . import demo, linting, lock, measuring, postgres, services, testing, workspace
from .console import Failure, say
from .environment import variables
from .paths import DEMO_DATABASE, TESTS_DIR


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the answer is the exit code."""
    # Ended politely from outside, we stop what we started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = sys.argv[1:] if arguments is None else arguments
    passed_on = []
    if words[:1] in (["test"], ["bench"]) and words[1:2] not in (["-h"], ["--help"]):
        words, passed_on = words[:1], words[1:]
    options = _parser().parse_args(words)
    options.passed_on = passed_on
    try:
        return options.run(options)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> None:
        say(f"{message} (see {self.prog} --help)")
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bookshop",
        description="Odoo 19 with l10n_fr_chorus_bookshop, on this machine.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )

    def command(name: str, run: Callable, text: str, usage: str | None = None):
        added = commands.add_parser(
            name, usage=usage, help=text, description=text, allow_abbrev=False
        )
        added.set_defaults(run=run)
        return added

    one = command("demo", _demo, "play the main job, from sale to payment")
    ways = {"choices": ["piste", "approved", "dilifac", "portal"], "default": "piste"}
    one.add_argument("--channel", help="the way out of the invoices", **ways)

    one = command("serve", _serve, "serve the demo database's pages (admin/admin)")
    one.add_argument("--port", type=int, default=8069, help="default 8069")

    usage = "bookshop test [pytest arguments]"
    command("test", _test, "run the tests; pytest's arguments are passed on", usage)

    one = command("lint", _lint, "check code, views, translations and texts")
    one.add_argument("--fix", action="store_true", help="put right what ruff can")

    usage = "bookshop bench [name [arguments]]"
    command("bench", _bench, "run a measurement of tests/bench, or all", usage)

    command("screenshots", _screenshots, "take the documentation's pictures")

    one = command("shell", _shell, "Odoo's shell; a script may come on standard input")
    one.add_argument("--db", default=DEMO_DATABASE, metavar="NAME", help=DEMO_DATABASE)

    one = command("simulator", _simulator, "run the simulator of Chorus Pro alone")
    one.add_argument("--port", type=int, default=0, help="default: any free port")

    command("stop", _stop, "stop the private PostgreSQL")
    return parser


def _demo(options: argparse.Namespace) -> int:
    return demo.play(options.channel)


def _serve(options: argparse.Namespace) -> int:
    return demo.serve(options.port)


def _test(options: argparse.Namespace) -> int:
    return testing.run(options.passed_on)


def _lint(options: argparse.Namespace) -> int:
    return linting.run(fix=options.fix)


def _bench(options: argparse.Namespace) -> int:
    words = options.passed_on
    if words and not words[0].startswith("-"):
        return measuring.bench(words[0], words[1:])
    return measuring.bench(None, words)


def _screenshots(_options: argparse.Namespace) -> int:
    return measuring.screenshots()


def _shell(options: argparse.Namespace) -> int:
    workspace.ensure_server()
    if options.db not in postgres.databases():
        raise Failure(f"no database {options.db}: setup/bookshop demo makes one")
    return workspace.run_shell(options.db).returncode


def _simulator(options: argparse.Namespace) -> int:
    workspace.ensure_environment()
    command = services.simulator_command(options.port)
    return subprocess.call(command, cwd=TESTS_DIR, env=variables())


def _stop(_options: argparse.Namespace) -> int:
    with lock.exclusive():
        say("PostgreSQL stopped" if postgres.stop() else "PostgreSQL was not running")
    return 0
