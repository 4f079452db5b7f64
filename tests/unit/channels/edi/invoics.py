"""Messages written for the tests of INVOIC, by one shop to one operator."""

from datetime import UTC, datetime

from chorus.channels.edi import edifact
from chorus.channels.edi.invoic import Envelope, Mentions, Settings, obstacles
from chorus.channels.edi.invoic_write import write

SHOP, OPERATOR = "3012345678902", "3025590000008"
MENTIONS = Mentions(
    "SARL au capital de 8 000 € - RCS ROUEN 332 540 215",
    "Pénalités de retard : taux de la BCE majoré de 8 points",
    "Indemnité forfaitaire de recouvrement : 40 €",
    "Pas d'escompte",
)
BODY = "Département de la Seine-Maritime"
PROFILE = Settings(OPERATOR, mentions=MENTIONS)
ENVELOPE = Envelope(
    SHOP, "00000000000123", datetime(2026, 11, 23, 2, 40, tzinfo=UTC), True
)


def written(one, profile=PROFILE, envelope=ENVELOPE):
    assert obstacles(one, profile, envelope) == []
    return write(one, profile, envelope)


def lines_of(content):
    """The segments as text, a line each."""
    text = content.decode(edifact.ENCODING)
    return text.replace("?'", "\0").replace("'", "\n").replace("\0", "?'").splitlines()


def told(one, profile=PROFILE, envelope=ENVELOPE):
    return "\n".join(map(str, obstacles(one, profile, envelope)))
