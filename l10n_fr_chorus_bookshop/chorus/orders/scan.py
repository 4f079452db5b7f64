"""Find the references on a page: labels, then what stands beside or below them."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from . import delivery, recipient, shapes
from .labels import (
    BOTH,
    DATE,
    ENGAGEMENT,
    LOT,
    MARKET,
    NONE,
    NUMBER,
    ORDER,
    PLACE,
    REPLACED,
    SERVICE,
    SIRET,
    STOP,
    SURE,
    WEAK,
    Label,
)
from .page import (
    FORM,
    FORWARDED,
    PLAIN,
    QUOTED,
    RUN_ON,
    SIGNED,
    Cell,
    Page,
)
from .place import Place, Sheet, alone, here
from .reading import (
    ABOVE,
    ALONE,
    ALSO_ENGAGEMENT,
    BESIDE,
    CERTAIN,
    FIELD,
    IN_TERMS,
    MAIL_NOTES,
    REPLACED_NOTE,
    UNLABELLED,
    WEAK_LABEL,
    Candidate,
)

# How much less a value is worth that was read elsewhere than where it was laid out.
_LESS = {FORWARDED: 0.1, RUN_ON: 0.12, PLAIN: 0.14, SIGNED: 0.2, QUOTED: 0.3}
_BELOW, _LATER_PAGE, _LATER_AT_MOST = 0.1, 0.03, 5
_UNDER_TITLE, _PLAIN_ORDER, _NAMED, _HINTED = 0.9, 0.9, 0.75, 0.9
_REPLACED_WORTH = UNLABELLED - 0.1

_WEEKDAY = (
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),?\s*(?:le\s*)?)?"
)
_DATE_AFTER = re.compile(
    rf"[\s,(-]*(?:(?:du|le|en date du|date du|en date)\s*:?\s*|-\s+){_WEEKDAY}(?=\d)"
)
_NUMBER_AFTER = re.compile(
    r"\S+(?: [a-z.]+ \d{4})?[\s,-]*(?:n ?°|no\.?|numero)\s*:?\s*"
)
_DATE_LEAD = re.compile(rf"^[\s:.=-]*(?:(?:le|du)\s*(?::\s*)?)?{_WEEKDAY}")
# "La commande n° 71 est annulée": the number of no order any more.
_IS_REPLACED = re.compile(
    r"\s*(?:(?:est|a ete|sera) (?:annule|remplace)|(?:annulee?s? et )?remplacee?s? par)"
)
_HINT = re.compile(
    r"(?:a (?:saisir|reporter|rappeler|indiquer|utiliser|renseigner|porter)|sert de|"
    r"vaut|correspond a|tient lieu d|fait office d).{0,60}engagement"
    r"|commande est .{0,12}(?:n ?°|numero) d'engagement"
    r"|engagement(?: juridique)? ?= ?(?:le )?(?:n ?°|numero)? ?(?:de )?commande"
    r"|commande (?:comme|en tant que|dans (?:le champ|la zone|la rubrique))"
    r".{0,20}engagement"
)
_ALSO = re.compile(r"\s*\((?:n ?° )?(?:d')?(?:ej|engagement[a-z ]*)\)")
_NAMES_ITSELF = re.compile(r"(?<![\w/-])(?:BC|BDC|EJ)[-_/]?\d[\w/-]{2,28}(?<=\d)(?!\w)")
_TERMS = re.compile(
    r"\W*(?:extraits? des )?conditions generales(?: d['e][\w' ]{2,40})?\W*"
)
_LOT_NUMBER = re.compile(r"(\d{1,3}[A-Za-z]?|[A-Z](?!/))(?!\w|[,.]\d|\. \w)")
_FIELDS_OF = {BOTH: (ORDER, ENGAGEMENT), NUMBER: (ORDER,), REPLACED: (ORDER,)}


def candidates(page: Page, accepts: Callable[[str], bool]) -> list[Candidate]:
    """Find every value that a page offers.

    :param accepts: whether fourteen digits are a SIRET
    """
    return _Scan(page, accepts).run()


class _Scan:
    def __init__(self, page: Page, accepts: Callable[[str], bool]):
        self.page = page
        self.sheet = Sheet(page)
        self.accepts = accepts
        self.found: list[Candidate] = []

    @cached_property
    def terms(self) -> set[int]:
        """The rows of the general conditions, which speak of all orders and of none."""
        titles = (
            number
            for number, row in enumerate(self.sheet.rows)
            if len(row.cells) == 1 and _TERMS.fullmatch(row.folded)
        )
        first = next(titles, None)
        if first is None:
            return set()
        # Drawn in any order, what stands below may come first.
        first = 0 if self.page.worth == PLAIN else first
        return set(map(id, self.sheet.rows[first:]))

    def run(self) -> list[Candidate]:
        for number, labels in enumerate(self.sheet.labels):
            for label in labels:
                self._read(number, label)
        for digits, *rest in recipient.sirets(self.sheet, self.accepts):
            self._keep(SIRET, digits, *rest)
        self._bare_engagements()
        self._bare_orders()
        self._hints()
        return self.found

    def _read(self, number: int, label: Label) -> None:
        if label.kind in (STOP, NONE, SIRET) or self._is_shared(number, label):
            return
        if label.kind == PLACE:
            value, strength = delivery.address(self.sheet, number, label)
            if value:
                self._keep(PLACE, value, value, alone(value), strength)
            return
        if label.kind == NUMBER and not self._is_under_title(number, label):
            return
        read = {DATE: self._date, SERVICE: self._service, LOT: self._lot}
        read = read.get(label.kind, self._code)
        for place in self.sheet.places(number, label):
            if read(number, label, place):
                # One a line: all are shown, none is chosen.
                for other in self.sheet.further(place):
                    read(number, label, other)
                return

    def _is_shared(self, number: int, label: Label) -> bool:
        """ "Commande/Marché : A / B": whose each value is, nobody knows."""
        row, labels = self.sheet.rows[number].folded, self.sheet.labels[number]
        pairs = [
            (one, other)
            for one, other in pairwise(labels)
            if label in (one, other) and one.kind != other.kind
        ]
        between = (row[one.end : other.start] for one, other in pairs)
        return any(text.strip() in ("/", "ou", "et") for text in between)

    # ---- numbers --------------------------------------------------------------------

    def _code(self, number: int, label: Label, place: Place) -> bool:
        least = 3 if label.kind in (ENGAGEMENT, BOTH, MARKET) else 1
        found = shapes.code(place.text, place.folded, least)
        if not found:
            return label.kind == ORDER and self._dated(number, label, place)
        value, printed = found
        beyond = place.beyond(printed)
        said = place.row.text[place.start :], place.row.folded[place.start :]
        others = [*shapes.following(*said, printed)]
        dated = _DATE_AFTER.match(beyond)
        if place.below and not place.is_all(printed) and not dated and not others:
            return False
        if label.kind == ORDER and _IS_REPLACED.match(beyond):
            label = replace(label, kind=REPLACED)
        strength = self._strength(number, label, place, value)
        if not strength:
            return False
        why = (REPLACED_NOTE,) if label.kind == REPLACED else ()
        for name in self._names(label, beyond):
            for one in (found, *others):
                self._keep(name, *one, place, strength, why)
        bon = self.sheet.rows[number].folded.startswith("bon", label.start)
        if dated and (bon or label.kind in (ORDER, NUMBER, BOTH)):
            self._date_at(place, len(printed) + dated.end(), SURE)
        return True

    def _dated(self, number: int, label: Label, place: Place) -> bool:
        """ "BON DE COMMANDE du 04/12/2026", its number after it or nowhere."""
        dated = _DATE_AFTER.match(place.folded)
        if not dated or not self._date_at(place, dated.end(), SURE):
            return False
        self._numbered(number, label, place, dated.end())
        return True

    def _numbered(self, number: int, label: Label, place: Place, start: int) -> None:
        """ "Commande du 12/03/2026 n° 4512": the number after the date."""
        if after := _NUMBER_AFTER.match(place.folded, start):
            self._code(number, label, replace(place, start=place.start + after.end()))

    def _names(self, label: Label, beyond: str) -> tuple[str, ...]:
        """The fields that a number is: an order's that says "(EJ)" is both."""
        if label.kind == ORDER and _ALSO.match(beyond):
            return ORDER, ENGAGEMENT
        return _FIELDS_OF.get(label.kind, (label.kind,))

    def _strength(self, number: int, label: Label, place: Place, value: str) -> float:
        """How sure a number is its label's; 0 when it is not."""
        short = value.isdigit() and len(value) < 4
        weak = label.strength <= WEAK
        if label.kind == MARKET and short:
            return 0
        if label.kind == NUMBER:
            return _UNDER_TITLE
        if label.kind == REPLACED:
            return _REPLACED_WORTH
        if label.kind != ORDER:
            return label.strength
        if len(value) > 30 or short and weak:
            return 0
        said = self.sheet.rows[number].folded[label.start : label.end]
        if place.below and self._is_title(number, weak, said):
            return WEAK
        if weak and len(value) >= 4 and said.startswith(("commande", "cde")):
            return _PLAIN_ORDER
        return label.strength

    def _is_title(self, number: int, weak: bool, said: str) -> bool:
        """ "BON DE COMMANDE", no sign of a number: what is below may be anything."""
        if len(self.sheet.labels[number]) > 1:
            return False
        in_a_sentence = weak and len(self.sheet.rows[number].cells) > 1
        return in_a_sentence or not re.search(r"[°#]|\bn[or]?\b|num|ref", said)

    def _is_under_title(self, number: int, label: Label) -> bool:
        """ "N° 2026-00417" beside or below the words "bon de commande", alone there."""
        if self._says_of_what(number, label):
            return False
        own = Cell("", label.start, label.end + 4)
        for rank in range(max(number - 2, 0), min(number + 2, len(self.sheet.rows))):
            row = self.sheet.rows[rank]
            for one in self.sheet.labels[rank]:
                if one.kind != ORDER or one.strength <= WEAK or one.start > label.end:
                    continue
                cell = row.cell_at(one.start)
                alone = cell and not row.folded[one.end : cell.end].strip(" :")
                if alone and (rank == number or cell.is_under(own)):
                    return True
        return False

    def _says_of_what(self, number: int, label: Label) -> bool:
        """ "Engagement  N° 26VL501": the word just before says what it counts."""
        row = self.sheet.rows[number].folded
        return any(
            one.kind in (ENGAGEMENT, MARKET, LOT, SERVICE)
            and one.end <= label.start
            and not row[one.end : label.start].strip(" :")
            for one in self.sheet.labels[number]
        )

    def _lot(self, number: int, label: Label, place: Place) -> bool:
        match = _LOT_NUMBER.match(place.text)
        if not match or shapes.is_otherwise(place.folded):
            return False
        if place.below and len(self.sheet.labels[number]) < 2:
            return False
        near = self.sheet.labels[max(number - 1, 0) : number + 1]
        of_market = any(one.kind == MARKET for labels in near for one in labels)
        row = self.sheet.rows[number]
        said = ":" in row.folded[label.end : label.end + 3]
        heads = place.below and place.is_all(match[1])
        strength = 0.9 if of_market or said or heads else 0.5
        self._keep(LOT, match[1], match[1], place, strength)
        return True

    # ---- services and dates ---------------------------------------------------------

    def _service(self, number: int, label: Label, place: Place) -> bool:
        sure = label.strength > WEAK
        value = shapes.service(place.text, place.folded, sure)
        if value is None or place.below and not place.is_all(value):
            return False
        strength = label.strength
        # "AP" is what a lycée calls a part of its budget.
        if not sure and (len(value) > 2 or re.search(r"\d", value)):
            short = len(value) < 4 and value.isalpha()
            strength = self._among_references(number, short)
        self._keep(SERVICE, value, value, place, strength)
        return True

    def _among_references(self, number: int, short: bool) -> float:
        """A weak word beside sure ones: "siret X, service Y, EJ Z".

        :param short: as "FIN": only on their own row
        """
        for first, last, strength in ((0, 1, 0.85), (-2, 3, 0.75))[: 1 if short else 2]:
            near = self.sheet.labels[max(number + first, 0) : number + last]
            kinds = {label.kind for labels in near for label in labels}
            if kinds & {SIRET, ENGAGEMENT}:
                return strength
        return WEAK

    def _date(self, number: int, label: Label, place: Place) -> bool:
        lead = _DATE_LEAD.match(place.folded).end()
        if not self._date_at(place, lead, label.strength):
            return False
        row = self.sheet.rows[number].folded
        if row.startswith("commande", label.start):
            self._numbered(number, replace(label, kind=ORDER), place, lead)
        return True

    def _date_at(self, place: Place, start: int, strength: float) -> bool:
        match = shapes.DATE.match(place.row.folded, place.start + start)
        value = match and shapes.day(match)
        if not value:
            return False
        printed = place.row.text[match.start() : match.end()]
        self._keep(DATE, value, printed, place, strength)
        return True

    # ---- what no label announces ----------------------------------------------------

    def _bare_engagements(self) -> None:
        """The State prints ten digits under its title."""
        for number, row in enumerate(self.sheet.rows):
            if self.sheet.labels[number]:
                continue
            for cell in row.cells:
                if shapes.STATE_ENGAGEMENT.fullmatch(cell.text):
                    place = here(row, cell.start, cell.end)
                    self._keep(
                        ENGAGEMENT, cell.text, cell.text, place, UNLABELLED, (ALONE,)
                    )

    def _bare_orders(self) -> None:
        """ "BC-118" names itself, and "EJ2026-0214"."""
        for number, row in enumerate(self.sheet.rows):
            replaced = [
                label.end
                for label in self.sheet.labels[number]
                if label.kind == REPLACED
            ]
            for match in _NAMES_ITSELF.finditer(row.text):
                if not any(end <= match.start() <= end + 3 for end in replaced):
                    name = ENGAGEMENT if match[0].startswith("EJ") else ORDER
                    place = here(row, *match.span())
                    self._keep(name, match[0], match[0], place, _NAMED, (ALONE,))

    def _hints(self) -> None:
        """ "Numéro à saisir dans n° d'engagement": the order's serves as both."""
        orders = [one for one in self.found if one.name == ORDER]
        best = max(orders, key=lambda one: one.confidence, default=None)
        if best is None or any(
            one.name == ENGAGEMENT and one.confidence > UNLABELLED for one in self.found
        ):
            return
        texts = [" ".join(row.folded.split()) for row in self.sheet.rows]
        pairs = zip(texts, [*texts[1:], ""], strict=True)
        if any(_HINT.search(f"{one} {two}") for one, two in pairs):
            sure = min(best.confidence, _HINTED)
            why = (*best.why, ALSO_ENGAGEMENT)
            self.found.append(replace(best, name=ENGAGEMENT, confidence=sure, why=why))

    # ---- keeping --------------------------------------------------------------------

    def _keep(
        self,
        name: str,
        value: str,
        printed: str,
        place: Place,
        strength: float,
        why: tuple[str, ...] = (),
    ) -> None:
        strength -= _LESS.get(self.page.worth, 0) + (_BELOW if place.below else 0)
        strength -= _LATER_PAGE * min(max(self.page.number - 1, 0), _LATER_AT_MOST)
        if id(place.row) in self.terms:
            strength, why = min(strength, UNLABELLED), (*why, IN_TERMS)
        if self.page.worth == FORM and strength >= _UNDER_TITLE:
            strength = CERTAIN
        self.found.append(
            Candidate(
                name,
                " ".join(value.split()),
                " ".join(printed.split()),
                place.sentence,
                self.page.number,
                round(max(strength, 0.05), 3),
                self._why(place, strength, why),
                self.page.source,
            )
        )

    def _why(
        self, place: Place, strength: float, why: tuple[str, ...]
    ) -> tuple[str, ...]:
        reasons = [*why]
        if self.page.worth == FORM:
            reasons.insert(0, FIELD)
        elif ALONE not in why:
            reasons.insert(0, ABOVE if place.below else BESIDE)
        if self.page.worth in MAIL_NOTES:
            reasons.append(MAIL_NOTES[self.page.worth])
        elif strength <= WEAK and not why:
            reasons.append(WEAK_LABEL)
        return tuple(reasons)
