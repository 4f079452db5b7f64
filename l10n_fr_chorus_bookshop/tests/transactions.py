"""What a worker writes, and when: never in a transaction that began before a call."""

import re
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import requests

from odoo.tests.test_cursor import TestCursor

from ..chorus.channels.edi.mailbox import Mailbox
from ..models.channels.connection import L10nFrChorusConnection

OF_MAILBOX = ("deposit", "trace", "is_draft", "answers", "fetch", "put_away")
CALLS = ((requests.Session, "send"), *((Mailbox, name) for name in OF_MAILBOX))
WRITING = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?'
    r'|.*FROM "(\w+)".*FOR (?:NO KEY )?UPDATE',
    re.DOTALL,
)


class _Transaction:
    """What the present transaction has done: read, then waited for an answer."""

    def __init__(self):
        self.began = self.called = self.free = False
        self.late = set()

    def end(self):
        self.began = self.called = self.free = False

    def execute(self, query):
        if found := WRITING.match(getattr(query, "code", query)):
            table = found[1] or found[2]
            if self.called and not (self.free and table.endswith("_connection")):
                self.late.add(table)
        self.began = True


@contextmanager
def written_after_calls():
    """Note what is written in a transaction that began before a network call.

    Another worker, or a form, may write the same row meanwhile: PostgreSQL then undoes
    all that the call has brought, and nobody asks again.

    :return: set of the tables so written or locked, completed as it happens
    """
    now = _Transaction()

    def calling(kind, name):
        original = getattr(kind, name)

        def call(*args, **values):
            now.called = now.called or now.began
            return original(*args, **values)

        return patch.object(kind, name, call)

    def ending(name):
        original = getattr(TestCursor, name)

        def end(cursor):
            original(cursor)
            now.end()

        return patch.object(TestCursor, name, end)

    execute = TestCursor.execute
    free = L10nFrChorusConnection._free

    def executed(cursor, query, *args, **values):
        now.execute(query)
        return execute(cursor, query, *args, **values)

    def locked(connections):
        now.free = True
        return free(connections)

    with ExitStack() as patches:
        for kind, name in CALLS:
            patches.enter_context(calling(kind, name))
        for name in ("commit", "rollback"):
            patches.enter_context(ending(name))
        patches.enter_context(patch.object(TestCursor, "execute", executed))
        patches.enter_context(patch.object(L10nFrChorusConnection, "_free", locked))
        yield now.late
