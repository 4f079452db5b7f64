-- a copy keeps no secret and no way to production; the vault is left as it is
UPDATE l10n_fr_chorus_connection
   SET stored_client_secret = NULL,
       stored_password = NULL,
       stored_private_key = NULL,
       stored_approved_key = NULL,
       stored_webhook_key = NULL,
       webhook_token = NULL,
       token = NULL,
       token_expires_at = 0,
       database_mark = NULL
;

UPDATE l10n_fr_chorus_connection
   SET active = false
 WHERE environment = 'production'
;

UPDATE res_company
   SET l10n_fr_chorus_stamp_url = NULL
 WHERE l10n_fr_chorus_stamp_url IS NOT NULL
;

UPDATE res_company
   SET l10n_fr_chorus_environment = 'qualification'
 WHERE l10n_fr_chorus_environment = 'production'
;
