from odoo.tools import SQL

MODULE = "l10n_fr_chorus_bookshop"
# Under this name nobody takes the demonstration's records away.
KEPT = f"__{MODULE}_demo__"
OURS = ("ir.%", "mail.%", "res.groups%", "l10n\\_fr\\_chorus.%")


def pre_init_hook(env):
    """Find the demonstration of an earlier installation again, rather than double it.

    Its bookshop has invoices, which stay: a second one of that name, with its books and
    users, is refused by Odoo.
    """
    _rename(env, KEPT, MODULE)


def uninstall_hook(env):
    """Refuse to drop a vault under retention, else leave nothing behind (R25).

    :raises UserError: a production original must still be kept
    """
    env["l10n_fr_chorus.original"]._refuse_uninstall()
    env.cr.execute(
        """
        DROP FUNCTION IF EXISTS l10n_fr_chorus_insert_only() CASCADE;
        DROP FUNCTION IF EXISTS l10n_fr_chorus_original_content() CASCADE;
        """
    )
    _rename(env, MODULE, KEPT)


def _rename(env, old: str, new: str) -> None:
    """Give the external identifiers of customers, books, users… to another module."""
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE ir_model_data SET module = %s "
            "WHERE module = %s AND NOT model LIKE ANY(%s)",
            new,
            old,
            list(OURS),
        )
    )
    env.registry.clear_cache()
