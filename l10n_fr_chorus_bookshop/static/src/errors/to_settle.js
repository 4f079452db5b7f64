import { registry } from "@web/core/registry";
import { odooExceptionTitleMap, WarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";

// What must be put right first is no invalid operation.
const NAME = "odoo.addons.l10n_fr_chorus_bookshop.models.common.ToSettle";

odooExceptionTitleMap.set(NAME, _t("To settle before Chorus Pro"));
registry.category("error_dialogs").add(NAME, WarningDialog);
