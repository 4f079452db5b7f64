"""EDIFACT as an operator reads and writes it: by hand, and on its own terms."""

import itertools
import re
from datetime import date
from decimal import Decimal

from .documents import Document

OPERATOR = "3025590000008"
_references = itertools.count(1)
_PARTS = re.compile(r"\?(.)|([:+'])", re.DOTALL)


def segments(content):
    """``[[tag, component, ...], [component, ...], ...]`` for each segment."""
    text = content.decode("iso-8859-1")
    if text.startswith("UNA"):
        text = text[9:]
    if not text.startswith("UNB"):
        raise ValueError("ni UNA ni UNB")
    found, element, word, at = [], [[]], "", 0
    for match in _PARTS.finditer(text):
        word += text[at : match.start()]
        at = match.end()
        if match[1]:
            word += match[1]
            continue
        element[-1].append(word)
        word = ""
        if match[2] == "+":
            element.append([])
        elif match[2] == "'":
            found.append(element)
            element = [[]]
    if word or text[at:].strip() or element != [[]]:
        raise ValueError("le fichier est tronqué")
    return [[one[0], *one[1:]] for one in found]


def _tag(one):
    return one[0][0]


def _get(one, element, component=0):
    try:
        return one[element][component]
    except IndexError:
        return ""


def faults(found):
    """UN/EDIFACT 0085 codes of what is wrong with the envelope."""
    first, last = found[0], found[-1]
    if _tag(first) != "UNB" or _tag(last) != "UNZ":
        return ["12"]
    if _get(first, 5) != _get(last, 2) or not _get(first, 5):
        return ["28"]
    if _get(first, 3) != OPERATOR:
        return ["7"]
    heads = [n for n, one in enumerate(found) if _tag(one) == "UNH"]
    tails = [n for n, one in enumerate(found) if _tag(one) == "UNT"]
    if len(heads) != len(tails) or _get(last, 1) != str(len(heads)):
        return ["29"]
    for head, tail in zip(heads, tails, strict=True):
        if _get(found[tail], 1) != str(tail - head + 1):
            return ["29"]
        if _get(found[tail], 2) != _get(found[head], 1):
            return ["28"]
    return []


def document(found, name):
    """What Chorus Pro is told of an INVOIC, from the segments one looks at."""
    values, amounts, party, section = {}, {}, "", "header"
    for one in found:
        tag, code = _tag(one), _get(one, 1)
        if tag == "BGM":
            values |= {"type_code": code, "number": _get(one, 2)}
        elif tag == "DTM" and code == "137":
            day = _get(one, 1, 1)
            values["issue_date"] = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        elif tag == "NAD":
            party = code
        elif tag == "RFF":
            names = {
                ("SU", "GN"): "supplier",
                ("BY", "GN"): "recipient",
                ("BY", "CR"): "service",
                ("", "ON"): "engagement",
                ("", "CT"): "market",
                ("", "IV"): "origin",
            }
            if field := names.get((party, code)):
                values[field] = _get(one, 1, 1)
        elif tag == "CUX":
            values["currency"] = _get(one, 1, 1)
        elif tag == "PAI":
            values["payment_means"] = _get(one, 1, 2)
        elif tag == "UNS":
            section = "totals"
        elif tag == "TAX" and section == "totals":
            section = "rates"
        elif tag == "MOA" and section == "totals":
            amounts[code] = Decimal(_get(one, 1, 1))
    paid = amounts.get("113") and amounts.get("113") == amounts.get("77")
    return Document(
        file=name,
        **values,
        cadre="A2" if paid else "A1",
        total_ht=amounts.get("125"),
        total_tax=amounts.get("124"),
        total_ttc=amounts.get("77"),
        total_due=amounts.get("9"),
    )


def _released(text):
    return re.sub(r"[:+?']", r"?\g<0>", text)


def _interchange(message, kind):
    whole = [f"UNH+1+{kind}:D:96A:UN", *message]
    whole.append(f"UNT+{len(whole) + 1}+1")
    header = f"UNB+UNOC:3+{OPERATOR}:14+0:14+261123:0240+"
    reference = next(_references)
    text = "'".join([f"{header}{reference}", *whole, f"UNZ+1+{reference}"])
    return f"UNA:+.? '{text}'".encode("iso-8859-1", "replace")


def contrl(reference, action, error=""):
    """A CONTRL: 8 takes the interchange, 4 refuses it."""
    parts = ["UCI", _released(reference), "0:14", f"{OPERATOR}:14", action, error]
    return _interchange(["+".join(parts).rstrip("+")], "CONTRL")


def contrl_of_message(reference, error):
    """A CONTRL that takes the interchange and refuses its one message."""
    parts = ["UCI", _released(reference), "0:14", f"{OPERATOR}:14", "7"]
    return _interchange(
        ["+".join(parts), f"UCM+1+INVOIC:D:96A:UN+4+{error}", "UCS+20+12"], "CONTRL"
    )


def aperak(number, error):
    """An APERAK on a document; with an error it is a rejection."""
    message = [
        f"BGM+312+{_released(number)}+9+{'RE' if error else 'AB'}",
        f"RFF+ACE:{_released(number)}",
    ]
    if error:
        texts = [error[at : at + 70] for at in range(0, min(len(error), 350), 70)]
        message += [
            "ERC+CTL01::ZZZ",
            "FTX+AAI+++" + ":".join(map(_released, texts)),
        ]
    return _interchange(message, "APERAK")
