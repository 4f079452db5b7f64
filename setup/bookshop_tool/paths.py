"""Where things are. Everything the tool makes lies under ``RUNTIME``."""

import hashlib
import os
from pathlib import Path

MODULE = "l10n_fr_chorus_bookshop"
ROOT = Path(__file__).resolve().parents[2]
MODULE_DIR = ROOT / MODULE
SETUP_DIR = ROOT / "setup"
TESTS_DIR = ROOT / "tests"

RUNTIME = Path(os.environ.get("BOOKSHOP_RUNTIME") or ROOT / ".runtime").resolve()
LOGS = RUNTIME / "logs"
DATA_DIR = RUNTIME / "data"
FILESTORE = DATA_DIR / "filestore"
ODOO_CONF = RUNTIME / "odoo.conf"
VENV = RUNTIME / "venv"
PYTHON = VENV / "bin" / "python"
DEMO_DIR = RUNTIME / "demo"
DEMO_DATABASE = "bookshop_demo"

#: Tells two checkouts of the same machine apart where a name must be short.
RUNTIME_ID = hashlib.sha256(str(RUNTIME).encode()).hexdigest()[:8]
