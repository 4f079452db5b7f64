"""The one way in which a connection keeps a secret: typed, stored, shown as dots."""

from odoo import fields

DOTS = "••••••••"
#: every secret of a connection, whatever its channel
SECRETS = ("client_secret", "password", "private_key", "approved_key")


def typed(name, kind=fields.Char, **attributes):
    """Return the field in which a person types a secret and sees but dots.

    Each has functions of its own: while one is written, the others computed by the
    same function read as empty, and would be stored so.

    :param name: its own name, one of `SECRETS`; `stored_<name>` keeps it
    """
    return kind(
        compute=lambda connections: _show_dots(connections, name),
        inverse=lambda connections: _store(connections, name),
        **attributes,
    )


def stored(kind=fields.Char):
    """Return the field that keeps a secret, closed to everybody."""
    return kind(copy=False, readonly=True, groups=fields.NO_ACCESS)


def given(values):
    """Return the names of the secrets that a person typed anew."""
    return [name for name in SECRETS if values.get(name, DOTS) not in (DOTS, False, "")]


def _show_dots(connections, name):
    """Dots where a secret is set: nobody reads it back, not even over RPC."""
    for connection in connections:
        connection[name] = DOTS if connection.sudo()[f"stored_{name}"] else False


def _store(connections, name):
    for connection in connections:
        if connection[name] != DOTS:
            connection.sudo()[f"stored_{name}"] = connection[name]
