"""R5: a few public bodies are outside Chorus Pro."""

import pytest

from chorus.rules.recipient import Exemption, find_exemption

SNCF = Exemption("SNCF", "552049447")
SENATE = Exemption("Sénat")


@pytest.mark.parametrize(
    ("siret", "name", "found"),
    [
        ("55204944776279", "SNCF - Direction des achats", SNCF),
        ("552 049 447 76279", "", SNCF),
        ("22760540900019", "SNCF", None),
        ("", "SÉNAT", SENATE),
        ("11000000000000", " senat ", SENATE),
        ("", "Sénat des étudiants", None),
        ("", "", None),
    ],
)
def test_by_siren_else_by_name(siret, name, found):
    assert find_exemption(siret, name, [SNCF, SENATE]) == found
