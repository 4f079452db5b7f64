"""``python -m simulator --port N [--clock real|virtual]``"""

import argparse
import contextlib
import sys

from .server import Simulator


def main():
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="virtual: stands still until the admin moves it",
    )
    options = parser.parse_args()
    simulator = Simulator(options.port, frozen=options.clock == "virtual")
    sys.stdout.write(f"listening on {simulator.url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        simulator.run()


if __name__ == "__main__":
    main()
