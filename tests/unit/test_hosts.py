"""Where the server's secrets may go."""

import pytest

from chorus.outside import are_trusted, host_of

STATE = ["https://oauth.piste.gouv.fr/api/oauth/token", "https://api.piste.gouv.fr"]


@pytest.mark.parametrize(
    ("addresses", "others", "trusted"),
    [
        (STATE, "", True),
        ([*STATE, ""], "", True),
        ([], "", False),
        (["", None], "", False),
        ([*STATE, "https://collector.example"], "", False),
        (["https://api.piste.gouv.fr.collector.example"], "", False),
        (["https://collector.example/api.piste.gouv.fr"], "", False),
        (["https://api.piste.gouv.fr@collector.example"], "", False),
        (["https://notpiste.gouv.fr"], "", False),
        (["https://[::1"], "", False),
        (["sftp.dilicom.example"], "sftp.dilicom.example", True),
        (["SFTP.Dilicom.example."], " sftp.dilicom.example , ", True),
        (["x.sftp.dilicom.example"], "sftp.dilicom.example", False),
        (["http://127.0.0.1:8069"], "127.0.0.1", True),
    ],
)
def test_only_named_hosts_are_trusted(addresses, others, trusted):
    assert are_trusted(addresses, others) is trusted


def test_host_of_what_is_no_address():
    assert host_of("") == ""
    assert host_of("https://") == ""
