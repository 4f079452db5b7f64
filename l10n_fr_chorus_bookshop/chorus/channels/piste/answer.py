"""What the answers of Chorus Pro and PISTE mean.

The API promises little (its reference, HTTP status and data conventions): business
errors come with HTTP 200, error bodies may be HTML, empty or the request itself, absent
values are omitted or null, numbers and booleans may be quoted. What can be read only
one way is read; what cannot is set aside with its text, and the rest counts.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial

import requests

from ... import platform_time
from ...errors import (
    ChorusError,
    Denied,
    Doubtful,
    Illegible,
    Refused,
    Unreachable,
)
from ...invoice import CREDIT_NOTE, INVOICE
from ...lifecycle.labels import known_code
from ...text import UNSTORABLE, _, word
from ..answers import News, Unread
from ..response import retry_after

UNEXPECTED = "unexpected"
# UNTDID 1001; a deposit invoice (386) is never one of ours.
_KINDS = {"FACTURE": INVOICE, "AVOIR": CREDIT_NOTE, "ACOMPTE": "386"}
# HTTP statuses that an answer may also bear inside, as its `codeRetour`.
_HTTP = range(400, 600)
# Bytes: an answer that only says no is no longer than this.
_SHORT = 10_000
# Values of one answer: the largest page has hundreds of rows of forty.
_MOST_VALUES = 400_000
# How a search says that it has found nothing: seen, or likely (Pastell; each service
# has a label of its own). What a label refuses is no empty list.
_NOTHING = re.compile(
    r"TRA_MSG_00\.015|\baucune?\b|pas de r[eé]sultat|n.a (rien )?retourn[eé]",
    re.IGNORECASE,
)
_A_RIGHT = re.compile(r"habilit|\bdroits?\b|autoris|acc[eè]s|authentifi", re.IGNORECASE)
_YES, _NO = ("true", "1", "oui", "o", "vrai"), ("false", "0", "non", "n", "faux")

# Statuses that are certain whatever the service: the request had no effect.
_DEFINITE: dict[int, tuple[type[ChorusError], str]] = {
    400: (Refused, _("Chorus Pro could not read the request.")),
    401: (Denied, _("Chorus Pro refused the technical account's login or password.")),
    403: (
        Denied,
        _(
            "Chorus Pro refused access: check that the PISTE application is subscribed "
            "to this API and that its terms are accepted."
        ),
    ),
    404: (Denied, _("Nothing answers at this address: check the API address.")),
    413: (Refused, _("The file is too large for Chorus Pro.")),
    415: (Refused, _("Chorus Pro does not take this kind of file.")),
    422: (Refused, _("Chorus Pro could not read the request.")),
    429: (Unreachable, _("Chorus Pro asks to wait: too many calls.")),
}


#: 202 is declared for *Structures*.
SUCCESSES = (200, 201, 202)


class Answer:
    """One JSON object of an answer, read with the types that the Swagger promises.

    Absent, null and empty are the same thing; a number or a boolean may be quoted, a
    whole number have decimals. Anything else of another type than promised raises the
    error that `wrong` makes from the field's name.
    """

    def __init__(self, fields: dict, wrong: Callable[[str], ChorusError]):
        self._fields = fields
        self.wrong = wrong

    def good(self) -> "Answer":
        """The same, once it is known to be no error: a field alone may be illegible."""
        return Answer(self._fields, partial(self.wrong, kind=Illegible))

    def has(self, name: str) -> bool:
        """Is there a value?"""
        return self._fields.get(name) not in (None, "")

    def names(self) -> set[str]:
        """The fields that have a value."""
        return set(filter(self.has, self._fields))

    def text(self, name: str) -> str:
        """A text as a database takes it; "" when absent.

        A number becomes text, a whole one without decimals.
        """
        return self._text(name).translate(UNSTORABLE)

    def _text(self, name: str) -> str:
        value = self._fields.get(name)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, Decimal):
            whole = abs(value) < 10**19 and value == int(value)
            return str(int(value) if whole else value)
        return str(self.number(name)) if self.has(name) else ""

    def word(self, name: str) -> str:
        """A text, compulsory; a sign that no database takes shows, as in no other."""
        value = self._text(name)
        if not value:
            raise self.wrong(name)
        return value if value.translate(UNSTORABLE) == value else word(value)

    def flag(self, name: str) -> bool:
        """A boolean; False when absent."""
        value = self._fields.get(name)
        word = str(value).strip().lower()
        if isinstance(value, str | int) and word in (*_YES, *_NO):
            return word in _YES
        return self._typed(name, bool, False)

    def number(self, name: str) -> int:
        """A whole number; 0 when absent."""
        value = self._fields.get(name)
        if isinstance(value, str | Decimal):
            if not re.fullmatch(r"\s*-?[0-9]{1,19}([.,]0{1,9})?\s*", str(value)):
                raise self.wrong(name)
            return int(re.split(r"[.,]", str(value))[0])
        return self._typed(name, int, 0)

    def identifier(self, name: str) -> str:
        """An identifier of 64 bits as text, compulsory; some answers quote it."""
        value = self.known_identifier(name)
        if not value:
            raise self.wrong(name)
        return value

    def known_identifier(self, name: str) -> str:
        """An identifier of 64 bits as text, "" when absent: nothing is numbered 0."""
        value = re.sub(r"[.]0+$", "", self._text(name))
        if not value.strip("0"):
            return ""
        if not re.fullmatch(r"[0-9]{1,19}", value):
            raise self.wrong(name)
        return value

    def moment(self, name: str) -> platform_time.Moment:
        """A moment, compulsory."""
        try:
            return platform_time.parse(_as_moment(self._fields.get(name)))
        except ValueError:
            raise self.wrong(name) from None

    def day(self, name: str) -> str:
        """A date `YYYY-MM-DD`, "" when absent or unreadable: only information."""
        return platform_time.day(_as_moment(self._fields.get(name)))

    def counts(self) -> "Answer":
        """Where the counts of a list stand: some services give them at the top."""
        return self.one("parametresRetour") if self.has("parametresRetour") else self

    def one(self, name: str) -> "Answer":
        """An object; an empty one when absent."""
        return Answer(self._typed(name, dict, {}), self.wrong)

    def many(self, name: str) -> list["Answer"]:
        """A list of objects; a single object stands for a list of one."""
        value = self._fields.get(name)
        rows = [value] if isinstance(value, dict) else self._typed(name, list, [])
        if not all(isinstance(row, dict) for row in rows):
            raise self.wrong(name)
        return [Answer(row, self.wrong) for row in rows]

    def rows(self, name: str, read: Callable[["Answer"], object]) -> list:
        """Read a list of objects, each for itself.

        :param read: makes something of one object
        :return: what was made of each; an `Unread` in place of what cannot be read
        """
        value = self._fields[name] if self.has(name) else []
        listed = value if isinstance(value, list) else [value]
        return [self._row(row, read) for row in listed]

    def _row(self, row: object, read: Callable[["Answer"], object]) -> object:
        if isinstance(row, dict):
            with suppress(ChorusError):
                return read(Answer(row, self.wrong))
        return Unread(json.dumps(row, ensure_ascii=False, default=str)[:2000])

    def _typed(self, name: str, kind: type, default):
        if not self.has(name):
            return default
        value = self._fields[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(name)
        return value


def _as_moment(value: object) -> object:
    """A moment's value, of which epoch milliseconds may be quoted or have decimals."""
    figures = re.fullmatch(r"\s*(1[0-9]{12})(?:[.,]0+)?\s*", str(value))
    return int(figures[1]) if figures else value


# ---- THE STATES OF AN INVOICE --------------------------------------------------------


def present_state(row: Answer) -> News:
    """One row of the search: an invoice in its current state.

    Its number and state are needed; all else is an echo that may be missing.
    """
    when = "dateHeureEtatCourant"
    moment = row.moment(when) if row.has(when) else platform_time.Moment(None, "day")
    state = row.word("statut")
    return News(
        number=row.word("numeroFacture"),
        kind=_KINDS.get(row.text("typeFacture").upper(), ""),
        seller_siret=row.text("codeFournisseur"),
        buyer_siret=row.text("codeDestinataire"),
        platform_id=row.known_identifier("identifiantFactureCPP"),
        state=known_code(state) or state,
        occurred_at=moment.at,
        precision=moment.precision,
        reason=row.text("commentaireEtatCourant"),
        flux_number=row.text("numeroFluxDepot"),
        invoice_date=row.day("dateFacture"),
        total=row.text("montantTTC"),
    )


def past_state(row: Answer, **known: str) -> News:
    """One row of a history.

    :param known: attributes of its `News` that the service does not tell
    """
    code, rank = row.word("histoStatutCode"), row.number("histoStatutId")
    reason = row.text("histoStatutCommentaire")
    return News(
        state=known_code(code) or code,
        occurred_at=row.moment("histoStatutDatePassage").at,
        precision="minute",
        sequence=rank,
        reason=reason,
        **known,
    )


# ---- WHAT A WHOLE ANSWER SAYS --------------------------------------------------------


def read(response: requests.Response, *, effect: bool) -> Answer:
    """Read the JSON object of a 200 or 202.

    :param effect: the call changed something, so that an unreadable answer is doubtful
    :raise Unreachable: not an object of JSON; Doubtful instead for a call with effect
    """

    def wrong(name: str, kind: type[ChorusError] = Unreachable) -> ChorusError:
        kind = Doubtful if effect else kind
        return kind(
            _("The answer of Chorus Pro cannot be read (%(field)s)."),
            values={"field": name},
            code=UNEXPECTED,
            correlation_id=correlation(response),
        )

    fields = _json(response)
    if fields is None:
        raise wrong("JSON")
    return Answer(fields, wrong)


def read_result(
    response: requests.Response, *, effect: bool, search: bool = False
) -> Answer:
    """Read the answer of a business service, and check its `codeRetour`.

    :param search: the service looks for something: not to find it is an empty answer,
        which the platform tells as an error
    :raise Refused: `codeRetour` is not 0; codes have another meaning in each service
    :raise Unreachable: unreadable, Illegible where only a field is; Doubtful instead
        for a call with effect
    """
    answer = read(response, effect=effect)
    code, label = _verdict(answer)
    if not code:
        return answer.good()
    if search and _found_nothing(code, label):
        return Answer({}, answer.wrong)
    raise Refused(
        _("Chorus Pro refused: %(label)s (code %(code)s)"),
        values={"label": label, "code": code},
        code=str(code),
        reasons=(label,) if label else (),
        correlation_id=correlation(response),
    )


def status(response: requests.Response) -> int:
    """The HTTP status, also where a success hides another in its `codeRetour`."""
    short = len(response.content) < _SHORT
    if response.status_code in SUCCESSES and short:
        with suppress(ChorusError):
            code, _label = _verdict(Answer(_json(response) or {}, ChorusError))
            return code if code in _HTTP else response.status_code
    return response.status_code


def _verdict(answer: Answer) -> tuple[int, str]:
    """`codeRetour` and `libelle`; some services give them under other names.

    An answer that only lacks its code, but says what was asked, is a success.
    """
    if answer.has("retourFonctionnel"):
        with suppress(ChorusError):
            return _verdict(answer.one("retourFonctionnel"))
        label = answer.text("libelleRetourFonctionnel") or answer.text("libelle")
        return answer.number("retourFonctionnel"), label
    if not answer.names() - {"libelle"}:
        raise answer.wrong("codeRetour")
    return answer.number("codeRetour"), answer.text("libelle")


def _found_nothing(code: int, label: str) -> bool:
    """Tell whether a search's refusal only says that nothing was found."""
    if not label:
        return code == 20000
    return bool(_NOTHING.search(label)) and not _A_RIGHT.search(label)


def failure(response: requests.Response, *, effect: bool, now: float) -> ChorusError:
    """Say what an HTTP status other than a success means.

    A status that refuses the request before anything is done is certain; so is one
    that sends elsewhere, which is never followed.

    :param effect: the call may have changed something
    :param now: epoch seconds, against which a date in `Retry-After` is read
    :return: the error to raise. Nothing of the body is in it but a short `libelle`
    """
    code = status(response)
    details = {"code": str(code), "correlation_id": correlation(response)}
    if 300 <= code < 400:
        return Unreachable(
            _("Chorus Pro answers from elsewhere (HTTP %(code)s)."),
            values={"code": code},
            **details,
        )
    kind, message = _DEFINITE.get(code, (None, ""))
    if kind is None:
        return unanswered(f"HTTP {code}", effect, retry_after(response, now), **details)
    if kind is Unreachable:
        details["retry_after"] = retry_after(response, now)
    if kind is Refused and (label := short_text(response, "libelle")):
        details["reasons"] = (label,)
    return kind(message, **details)


def unanswered(
    cause: str, effect: bool, retry_after: float | None = None, **details
) -> ChorusError:
    """Say that no usable answer came, for a `cause` in one or two words."""
    details["values"] = {"cause": cause}
    if effect:
        message = _(
            "Chorus Pro did not confirm (%(cause)s): it may have the file all the same."
        )
        return Doubtful(message, **details)
    message = _("Chorus Pro does not answer (%(cause)s).")
    return Unreachable(message, retry_after=retry_after, **details)


def correlation(response: requests.Response) -> str:
    """The identifier by which the platform finds the call again, "" without one."""
    return response.headers.get("x-correlationid", "")[:100]


def short_text(response: requests.Response, name: str) -> str:
    """A text of an error's body, "" when there is none."""
    value = (_json(response) or {}).get(name)
    return value[:300] if isinstance(value, str) else ""


def _json(response: requests.Response) -> dict | None:
    """The object of JSON in a body, None when it holds anything else.

    Amounts are read as decimals, exactly as they are written.
    """
    try:
        if response.content.count(b",") > _MOST_VALUES:
            return None
        fields = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None
