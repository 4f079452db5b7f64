"""What the operator does with a mailbox: takes, controls, forwards, answers.

Every file of ``I`` goes to ``ARC``. An interchange whose control reference was seen is
a duplicate: not forwarded. What is well made becomes an invoice of the simulated Chorus
Pro; what Chorus Pro would refuse is refused here, with its words. Then, as news comes,
status files.
"""

import itertools
import os
import threading
from datetime import timedelta
from types import SimpleNamespace

from . import checks, documents, edi
from .fluxes import Flux

#: how the answers look; see README.md
MANNERS = {
    "takes": True,
    "contrl": False,
    "aperak": True,
    "statuses": True,
    "twice": False,
    "delay": 0,
    "status_delay": 0,
}
#: what goes wrong once, by its name
ONCE = (
    *("contrl_ko", "contrl_7", "reject", "garbage", "unknown_document", "swallow"),
    *("repeat", "half_written", "latin_1", "poison"),
)
HEADER = "numero_facture;statut;date;motif;reference_echange;identifiant_chorus"
SYNTAX = "IN_DP_E1_CII_16B"


class Robot:
    def __init__(self, platform, root):
        self.platform = platform
        self.root = root
        self.manners = dict(MANNERS)
        self.once = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._seen = {}
        self._told = {}
        self._late = []
        self._begun = {}

    def round(self):
        """Takes what is there, answers, and tells the news."""
        with self._lock, self.platform.lock:
            self.platform.settle()
            self._finish_writing()
            if self.manners["takes"]:
                for path in sorted((self.root / "I").glob("[!.]*")):
                    self._take(path)
            if self.manners["statuses"]:
                self._tell_news()
            self._send_late()

    def settle(self, once):
        """A list of what goes wrong next."""
        unknown = set(once) - set(ONCE)
        if unknown:
            raise ValueError(f"unknown words {sorted(unknown)}")
        self.once += once

    def _next_is(self, word):
        if word not in self.once:
            return False
        self.once.remove(word)
        return True

    # ---- TAKING -------------------------------------------------------------------

    def _take(self, path):
        content = path.read_bytes()
        path.rename(self.root / "ARC" / f"{path.name}.rdy")
        if content.startswith(b"%PDF"):
            self._take_pdf(path, content)
            return
        try:
            segments = edi.segments(content)
        except ValueError as error:
            self._answer("APERAK", edi.aperak("?", str(error)))
            return
        self._take_interchange(path, content, segments)

    def _take_pdf(self, path, content):
        """A Factur-X; a PDF without data is only the picture of an interchange."""
        try:
            document = documents.read(content, path.name)
        except documents.InadmissibleError:
            return
        if path.name not in self._seen:
            self._seen[path.name] = document.number
            self._forward(document, path.name, content, path.name)

    def _take_interchange(self, path, content, segments):
        reference = segments[0][5][0] if len(segments[0]) > 5 else ""
        faults = edi.faults(segments)
        if self._next_is("contrl_ko"):
            faults = ["12"]
        if faults:
            self._answer("CONTRL", edi.contrl(reference, "4", faults[0]))
            return
        if self._next_is("contrl_7"):
            self._answer("CONTRL", edi.contrl_of_message(reference, "13"))
            return
        if reference in self._seen:
            self._refuse_duplicate(path, content, segments, reference)
            return
        self._seen[reference] = path.name
        if self.manners["contrl"]:
            self._answer("CONTRL", edi.contrl(reference, "8"))
        self._forward(edi.document(segments, path.name), path.name, content, reference)

    def _refuse_duplicate(self, path, content, segments, reference):
        """An interchange is taken once: the second is answered and goes no further."""
        document = edi.document(segments, path.name)
        message = self.platform.settings.duplicate_message
        flux = self._flux(path.name, content, document)
        self._reject(flux, document, [message % {"number": document.number}])
        self._answer("CONTRL", edi.contrl(reference, "4", "26"))

    def _forward(self, document, name, content, reference):
        account = SimpleNamespace(sirets=[document.supplier], login="DILIFAC")
        errors = checks.errors(document, self.platform, account)
        if self._next_is("reject"):
            errors = ["Le code produit de la ligne 1 est inconnu du FEL."]
        flux = self._flux(name, content, document)
        flux.reference = reference
        if errors:
            self._reject(flux, document, errors)
        else:
            self.platform.integrate(document, flux)
        # A rejection is never lost: nothing else would tell of it.
        if self.manners["aperak"] and (errors or not self._next_is("swallow")):
            self._answer("APERAK", edi.aperak(document.number, "|".join(errors)))

    def _flux(self, name, content, document):
        now = self.platform.clock.now()
        # As if the operator's own deposit had taken its usual time.
        taken = now - timedelta(seconds=self.platform.settings.integrated_after)
        flux = Flux(
            number=f"DLC{next(self._numbers):015d}",
            name=name,
            syntax=SYNTAX,
            content=content,
            account=SimpleNamespace(login="DILIFAC"),
            deposited_at=taken,
            found_at=taken,
            processing_at=now,
            integrated_at=now,
            taken_at=taken,
        )
        flux.files, flux.outcome = [name], "IN_INTEGRE"
        self.platform.fluxes.by_number[flux.number] = flux
        return flux

    def _reject(self, flux, document, errors):
        flux.outcome = "IN_REJETE"
        flux.rejected.append(checks.refusal(document, self.platform, errors))

    # ---- ANSWERING ----------------------------------------------------------------

    def _answer(self, prefix, content):
        if self._next_is("garbage"):
            self._write("ZZZ", b"\x00\xff ceci n'est rien \x01")
        if self._next_is("unknown_document"):
            self._write("APERAK", edi.aperak("FAC/1999/00001", ""))
        times = 2 if self.manners["twice"] or self._next_is("repeat") else 1
        self._write_later("delay", prefix, content, times)

    def _write_later(self, manner, prefix, content, times=1):
        due = self.platform.clock.now() + timedelta(seconds=self.manners[manner])
        self._late += [(due, prefix, content)] * times

    def _send_late(self):
        now = self.platform.clock.now()
        ready = [one for one in self._late if one[0] <= now]
        self._late = [one for one in self._late if one[0] > now]
        for _due, prefix, content in ready:
            self._write(prefix, content)

    def _write(self, prefix, content):
        """Under a dot-name first, as we ask of others."""
        now = self.platform.clock.now()
        name = f"{prefix}{now:%Y%m%d%H%M%S}{next(self._numbers):06d}.txt"
        if self._next_is("latin_1"):
            odd = os.fsencode(self.root / "O") + f"/\xe9tat{name}".encode("latin-1")
            with open(odd, "wb") as file:
                file.write(b"x")
        if self._next_is("half_written"):
            path = self.root / "O" / name
            path.write_bytes(content[: len(content) // 2])
            self._begun[path] = content[len(content) // 2 :]
            return
        draft = self.root / "O" / f".{name}"
        draft.write_bytes(content)
        draft.rename(self.root / "O" / name)

    def _finish_writing(self):
        """What was begun under its final name is gone on with."""
        for path, rest in self._begun.items():
            if path.exists():
                with path.open("ab") as file:
                    file.write(rest)
        self._begun = {}

    def _tell_news(self):
        rows = []
        for invoice in self.platform.invoices:
            if not invoice.flux.startswith("DLC"):
                continue
            told = self._told.get(invoice.id, 0)
            self._told[invoice.id] = len(invoice.history)
            flux = self.platform.fluxes.by_number[invoice.flux]
            rows += [
                ";".join(
                    [
                        invoice.document.number,
                        entry.status,
                        entry.at.strftime("%Y-%m-%d %H:%M:%S"),
                        entry.reason or "",
                        flux.reference,
                        str(invoice.id),
                    ]
                )
                for entry in invoice.history[told:]
            ]
        if rows and self._next_is("poison"):
            rows[:0] = [
                "FAC/1999/00001;MANDATEE;0001-01-01T00:00:00;;;",
                'FAC/1999/00002;REJETEE;26112301;"bon absent;;',
                "FAC/1999/0000\0;REJETEE;;a\0b;;",
            ]
        if rows:
            text = "\r\n".join([HEADER, *rows, ""])
            self._write_later(
                "status_delay", "STATUT", text.encode("cp1252", "replace")
            )
