"""Packages the module as a wheel; everything is read from its manifest."""

import ast
import shutil
from pathlib import Path

from setuptools import find_namespace_packages, setup

MODULE = "l10n_fr_chorus_bookshop"
HERE = Path(__file__).resolve().parent
ADDON = HERE / "odoo" / "addons" / MODULE
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text())
README = HERE.parents[1] / "README.rst"

# What an earlier build left would be packaged again, files since removed too.
shutil.rmtree(HERE / "build", ignore_errors=True)

setup(
    name=f"odoo-addon-{MODULE.replace('_', '-')}",
    version=MANIFEST["version"],
    description=MANIFEST["summary"],
    long_description=README.read_text() if README.is_file() else "",
    long_description_content_type="text/x-rst",
    author=MANIFEST["author"],
    license=MANIFEST["license"],
    python_requires=">=3.10",
    install_requires=["odoo==19.0.*", *MANIFEST["external_dependencies"]["python"]],
    extras_require={
        # The whole Schematron of EN 16931; without it the module's own rules are asked.
        "schematron": ["saxonche"],
        # An authority's time stamps of the vault; without it none can be chosen.
        "timestamp": ["rfc3161-client"],
    },
    packages=find_namespace_packages(include=["odoo.addons.*"]),
    include_package_data=True,
    zip_safe=False,
    classifiers=[
        "Framework :: Odoo",
        "Framework :: Odoo :: 19.0",
        "Programming Language :: Python :: 3",
    ],
)
