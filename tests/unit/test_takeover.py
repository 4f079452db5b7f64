"""R40: what the former modules wrote, in our words."""

import pytest

from chorus import takeover


@pytest.mark.parametrize(
    ("registry", "siren", "nic", "found"),
    [
        ("213 502 388 00019", "", "", "21350238800019"),
        ("", "213 502 388", "00019", "21350238800019"),
        ("", "213502388", "", ""),
        ("", "", "", ""),
        ("RCS Rennes", "", "", ""),
    ],
)
def test_a_siret_is_whole_or_nothing(registry, siren, nic, found):
    assert takeover.siret(registry, siren, nic) == found


@pytest.mark.parametrize(
    ("status", "flux", "state"),
    [
        ("MANDATEE", "IN_INTEGRE", "MANDATEE"),
        ("", "IN_INTEGRE", "DEPOSEE"),
        ("", "IN_REJETE", "not_integrated"),
        ("", "IN_TRAITE_SE_CPP", "deposited"),
        ("", "", "deposited"),
    ],
)
def test_the_invoices_own_word_comes_before_its_flux(status, flux, state):
    assert takeover.state(status, flux) == state
