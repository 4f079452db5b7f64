"""Odoo's account of every invoice against the platform's own ledger."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from odoo.addons.l10n_fr_chorus_bookshop.chorus.lifecycle.states import (
    BEFORE_ARRIVAL,
    STATES,
)

from simulator.approved.platform import STRAY

_KINDS = {"out_invoice": "FACTURE", "out_refund": "AVOIR"}
_UNDER_WAY = (
    "requested",
    "waiting",
    "queued",
    "to_deposit",
    "sending",
    "doubtful",
    "deposited",
)
# Stopped by our checks, the network's control, or Chorus Pro's own by a status.
_NOT_THERE = ("not_integrated", "NON_CONFORME")
# Between the question that proves absence and the deposit that follows.
_MEANWHILE = timedelta(seconds=30)
VERDICTS = ("lost", "doubled", "stuck", "wrong_state", "misattributed")


def compare(moves, ledger: dict) -> tuple[Counter, list[str]]:
    """Judge each invoice by its key: year, SIREN, number; and kind.

    - lost: the platform has it and Odoo says that nobody does, or Odoo knows nothing
    - doubled: integrated twice, or handed over again though the platform showed it
    - stuck: still under way though all is quiet, or its deposit is
    - wrong_state: another state than the platform's, or not integrated without a reason
    - misattributed: an identifier or a state that is another invoice's

    :return: how many of each, with `needs_person`; and one line for each bad invoice
    """
    there = defaultdict(list)
    for row in ledger["invoices"]:
        there[_key_of(row)].append(row)
    again = _handed_over_again(ledger, there)
    counts, lines = Counter(dict.fromkeys((*VERDICTS, "needs_person"), 0)), []
    for move in moves:
        key = _key(move)
        submission = move.l10n_fr_chorus_submission_id
        verdict = "doubled" if key in again else _verdict(submission, there[key])
        if _is_misattributed(submission, there[key]):
            verdict = "misattributed"
        if verdict:
            counts[verdict] += 1
            lines.append(_line(verdict, submission, _words(ledger, key), key))
        counts["needs_person"] += bool(submission and submission._state().needs_person)
    return counts, lines


def _key(move) -> tuple[str, str, str, str]:
    siren = move.company_id.company_registry[:9]
    return move.name, _KINDS[move.move_type], siren, str(move.invoice_date.year)


def _key_of(row: dict) -> tuple[str, str, str, str]:
    return row["number"], row["kind"], row["supplier"][:9], row["issue_date"][:4]


def _is_misattributed(submission, rows: list[dict]) -> bool:
    """Whether it bears an identifier or a word that was said of another invoice."""
    if submission.platform_id and submission.platform_id not in {
        row["id"] for row in rows
    }:
        return submission.platform_id.isdigit()
    if any(STRAY in (event.reason or "") for event in submission.event_ids):
        return True
    said = {entry["status"] for row in rows for entry in row["history"]}
    # What an approved platform says for itself, Chorus Pro does not know.
    said |= set(BEFORE_ARRIVAL)
    asked = submission.event_ids.filtered(
        lambda event: event.source in ("search", "history")
    )
    return bool(set(asked.mapped("code")) - said)


def _verdict(submission, rows: list[dict]) -> str:
    """What is wrong with one invoice, "" when nothing is."""
    state = submission.state
    if len(rows) > 1:
        return "doubled"
    if not submission or (rows and state in (*_NOT_THERE, "withdrawn")):
        return "lost"
    closed = submission.transmission_id.state in (False, "reported", "refused")
    if state in _UNDER_WAY or not closed:
        return "stuck"
    if rows:
        return "" if submission.state_code == rows[0]["status"] else "wrong_state"
    stands = state == "withdrawn" or (state in _NOT_THERE and submission.reason)
    return "" if stands else "wrong_state"


def _handed_over_again(ledger: dict, there: dict) -> set[tuple]:
    """Invoices refused as duplicates though a question would have found them."""
    deposited = {
        flux["number"]: datetime.fromisoformat(flux["taken_at"])
        for flux in ledger["fluxes"]
    }
    again = set()
    for row in ledger["rejected"]:
        key = _key_of(row)
        if there[key] and row["twin"]:
            shown = datetime.fromisoformat(there[key][0]["shown_at"])
            if shown + _MEANWHILE < deposited[row["flux"]]:
                again.add(key)
    return again


def _words(ledger: dict, key: tuple) -> list[str]:
    """All that the platform says of one invoice, in each of its fluxes."""
    files = {flux["number"]: flux["name"] for flux in ledger["fluxes"]}
    said = [(row, row["status"]) for row in ledger["invoices"]]
    said += [
        (row, f"refused ({'; '.join(row['errors'])})") for row in ledger["rejected"]
    ]
    return [
        f"{word} in {row['flux']} ({files.get(row['flux'])})"
        for row, word in said
        if _key_of(row) == key
    ]


def _line(verdict: str, submission, platform: list[str], key: tuple) -> str:
    transmission = submission.transmission_id
    code = submission.state_code or ""
    label = STATES[submission.state].label if submission else "none"
    heard = ", ".join(
        f"{event.code} {event.occurred_at} {event.source}"
        for event in submission.event_ids
    )
    return (
        f"{verdict}: {key[0]} of {key[3]} {key[1]}: Odoo {label} {code} "
        f"(deposit {transmission.id} {transmission.state}, attempt "
        f"{transmission.attempts}, file {transmission.name}, flux "
        f"{transmission.flux_number}; "
        f"{submission.reason or ''}; {heard}), platform {platform or 'nothing'}"
    )
