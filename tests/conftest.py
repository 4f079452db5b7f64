"""What every run of the tests outside the module finds on its path.

The pure core is imported as ``chorus``: through ``odoo.addons`` it would load the
module, and with it Odoo.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The module's folder comes last: it has packages of common names.
sys.path[:0] = [
    path for path in (f"{ROOT}/setup", f"{ROOT}/tests") if path not in sys.path
]
sys.path.append(f"{ROOT}/l10n_fr_chorus_bookshop")
