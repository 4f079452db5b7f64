"""PISTE applications, tokens, and Chorus Pro technical accounts."""

import base64
import secrets
import time
from dataclasses import dataclass

from .clock import parse

#: length of a true token, seen on the platform
TOKEN_LENGTH = 54
#: suppliers with a technical account: AIFE's test supplier, the demo's bookshop
SUPPLIERS = ("33254021516357", "88888888000018")


@dataclass
class Account:
    login: str
    password: str
    sirets: list
    #: the generated password of a technical account expires
    password_expires: str = "2030-12-31"


class Accounts:
    def __init__(self):
        self.clients = {"bookshop": "secret"}
        self.accounts = {}
        self.tokens = {}
        for siret in SUPPLIERS:
            self.upsert(
                {
                    "login": f"TECH_1_{siret}@cpro.fr",
                    "password": "password",
                    "sirets": [siret],
                }
            )

    def upsert(self, values):
        account = Account(**values)
        self.accounts[account.login] = account
        return account

    def of_structure(self, siret):
        """The account that acts for a structure."""
        found = [one for one in self.accounts.values() if siret in one.sirets]
        if not found:
            raise ValueError(f"no account acts for {siret}")
        return found[0]

    def issue(self, client_id, client_secret, lifetime):
        """A new token, or None: unknown id and wrong secret are not told apart."""
        if self.clients.get(client_id, object()) != client_secret:
            return None
        token = secrets.token_urlsafe(TOKEN_LENGTH)[:TOKEN_LENGTH]
        self.tokens[token] = time.monotonic() + lifetime
        return token

    def bearer_is_valid(self, header):
        kind, _, token = (header or "").partition(" ")
        deadline = self.tokens.get(token, 0)
        return kind.lower() == "bearer" and time.monotonic() < deadline

    def expire_tokens(self):
        self.tokens.clear()

    def authenticate(self, header, now):
        """The account of a ``cpro-account`` header: base64 of ``login:password``."""
        try:
            text = base64.b64decode(header or "", validate=True).decode()
        except ValueError:
            return None
        login, colon, password = text.partition(":")
        account = self.accounts.get(login)
        if not (colon and account and account.password == password):
            return None
        return account if now < parse(account.password_expires) else None

    def expiry_for(self, siret):
        dates = [
            a.password_expires for a in self.accounts.values() if siret in a.sirets
        ]
        return parse(min(dates)) if dates else None
