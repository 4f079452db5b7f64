"""The directory as XML (FAR0037), whose schema is not public.

Only the attested column names are relied on: whatever owns an identifier and a name is
a body, whatever owns a code inside it is a service. Nothing is kept of the document:
the parser hands over one element after the other.
"""

from collections.abc import Iterator
from operator import itemgetter
from typing import BinaryIO

from ..files import xml as xml_file
from ..files.delimited import Row
from .rows import Converter, ServiceRow, StructureRow, Tally
from .table import names_of, note_fields, plain, sources, unmapped

_MAX_DEPTH = 30
# What one body may hold, and in how many pieces the text of one field may come.
_MAX_FIELDS = 200
_MAX_PIECES = 4
# A body leaves out what it has not got: so many different ways to do so are remembered.
_MAX_SHAPES = 1000
_MAX_SERVICES = 20_000


def read(stream: BinaryIO, tally: Tally) -> Iterator[StructureRow | ServiceRow]:
    """Yield the bodies and services of one document, a body after its services.

    :raise UnreadableFile: not well formed, cut off, or means harm
    """
    document = _Document(tally)
    for _block in xml_file.parse(stream, document.listen):
        document.check_size()
        yield from document.taken()
    document.close()
    yield from document.taken()


_SIRETS = names_of(StructureRow, "siret")
_BODY_NAMES = names_of(StructureRow, "name")
_CODES = names_of(ServiceRow, "code")
_SERVICE_NAMES = names_of(ServiceRow, "name")
_WHOSE = {*_SIRETS, *names_of(StructureRow, "identifier_type")}


class _Frame:
    """One open element that owns others: its fields, the services inside it."""

    __slots__ = ("fields", "services")

    def __init__(self):
        self.fields = {}
        self.services = []

    def is_too_large(self) -> bool:
        return len(self.fields) > _MAX_FIELDS or len(self.services) > _MAX_SERVICES


class _Document:
    """Handlers of the parser; rows wait until they are taken."""

    def __init__(self, tally: Tally):
        self._tally = tally
        self._convert = Converter(tally).convert
        # Of each open element; None while it owns nothing but text.
        self._frames = [None]
        self._words = []
        self._rows = []
        self._count = 0
        self._names = {}
        self._picks = {}
        self._seen = {StructureRow: set(), ServiceRow: set()}

    def listen(self, parser) -> None:
        """Set the parser's handlers: short ones, they run millions of times."""
        frames, words, names = self._frames, self._words, self._names

        def start(_tag, attributes):
            frames.append(None)
            words.clear()
            for name, value in attributes.items():
                if not name.startswith("xmlns"):
                    self._innermost().fields[self._name(name)] = value

        def end(tag):
            frame = frames.pop()
            if frame is not None:
                self._close(frame)
            elif words:
                parent = frames[-1] or self._innermost()
                parent.fields[names.get(tag) or self._name(tag)] = "".join(words)
                words.clear()

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = words.append

    def check_size(self) -> None:
        """Look at what is held, once a block: that bounds it."""
        if (
            len(self._words) > _MAX_PIECES
            or len(self._frames) > _MAX_DEPTH
            or any(frame and frame.is_too_large() for frame in self._frames)
        ):
            raise xml_file.too_large()

    def taken(self) -> list[StructureRow | ServiceRow]:
        """Return the rows that are complete."""
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        """The document is over: it must have told all that a directory tells."""
        outside = self._frames[0]
        for service in outside.services if outside else ():
            self._row(ServiceRow, service)
        for kind, seen in self._seen.items():
            if seen:
                names = sorted(seen)
                note_fields(self._tally, kind, sources(kind, names))
                unknown = unmapped(kind, names)
                self._tally.unmapped += [names[place] for place in unknown]

    def _innermost(self) -> _Frame:
        frame = self._frames[-1]
        if frame is None:
            frame = self._frames[-1] = _Frame()
        return frame

    def _close(self, frame: _Frame) -> None:
        """End an element that owns others: a body, a service, or part of one."""
        fields = frame.fields
        if _owns(fields, _CODES, _SERVICE_NAMES):
            frame.services.append(fields)
        elif _owns(fields, _SIRETS, _BODY_NAMES):
            self._body(frame)
            return
        else:
            # An address, a list: what it holds belongs to what holds it. Not a code,
            # which is a country's.
            own = {name: fields[name] for name in fields if name not in _CODES}
            self._innermost().fields.update(own)
        self._innermost().services += frame.services

    def _body(self, frame: _Frame) -> None:
        self._row(StructureRow, frame.fields)
        whose = {name: value for name, value in frame.fields.items() if name in _WHOSE}
        for service in frame.services:
            self._row(ServiceRow, {**service, **whose})

    def _row(self, kind: type, fields: dict[str, str]) -> None:
        pick = self._picks.get((kind, *fields)) or self._new_pick(kind, list(fields))
        self._count += 1
        row = Row(self._count, list(fields.values()), "")
        if one := self._convert(kind, pick((*fields.values(), None)), row):
            self._rows.append(one)

    def _new_pick(self, kind: type, names: list[str]):
        """Return what takes a row's cells out of the fields of one body's shape."""
        found = sources(kind, names)
        missing = len(names)
        pick = itemgetter(*(missing if place is None else place for place in found))
        self._seen[kind].update(names[: _MAX_FIELDS - len(self._seen[kind])])
        if len(self._picks) < _MAX_SHAPES:
            self._picks[(kind, *names)] = pick
        return pick

    def _name(self, tag: str) -> str:
        """The plain local name of an element."""
        name = self._names.get(tag)
        if name is None:
            name = plain(tag.rpartition(":")[2])
            if len(self._names) < _MAX_FIELDS:
                self._names[tag] = name
        return name


def _owns(fields: dict[str, str], *wanted: tuple[str, ...]) -> bool:
    return all(any(name in fields for name in names) for names in wanted)
