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
