"""Answers of an operator, and the words that it uses."""

from zoneinfo import ZoneInfo

from chorus.channels.edi.answer import ACCEPTED, REJECTED, Dictionary
from chorus.channels.edi.returns import read

PARIS = ZoneInfo("Europe/Paris")
WORDS = Dictionary(
    {"NON CONFORME": REJECTED, "Conforme": ACCEPTED, "PAYEE": "MISE_EN_PAIEMENT"}
)
XML_WORDS = Dictionary(
    WORDS.meanings,
    row="//facture",
    paths={"number": "@numero", "code": "etat", "reason": "motif", "date": "etat/@le"},
)


def one(content, words=WORDS):
    reading = read(content, words)
    assert not reading.asides
    [answer] = reading.answers
    return answer


def interchange(kind, *messages):
    """Messages, each with its trailer, in one interchange."""
    whole = ""
    for rank, segments in enumerate(messages, start=1):
        count = segments.count("'") + 2
        whole += f"UNH+{rank}+{kind}:D:96A:UN'{segments}UNT+{count}+{rank}'"
    start = "UNB+UNOC:3+a:14+b:14+261123:0900+77'"
    return f"{start}{whole}UNZ+{len(messages)}+77'".encode("latin-1")


def aperak(*segments, verdict="AB"):
    return "".join(f"{one}'" for one in (f"BGM+312+1+{verdict}", *segments))
