from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

MODELS, FIELDS = "l10n_fr_chorus.", "l10n_fr_chorus_"
DEFAULT = "default_"


def is_ours(field) -> bool:
    """Tell whether a field belongs to this module, by its model or by its name."""
    base = field.base_field
    return base.model_name.startswith(MODELS) or base.name.startswith(FIELDS)


def is_closed(field) -> bool:
    """Tell whether only the software itself may write a field.

    Those are our read-only fields: what a person may write is said where the field is
    defined, by leaving `readonly` out.
    """
    return is_ours(field) and field.base_field.readonly


class Base(models.AbstractModel):
    """What the module writes for itself nobody else writes, by any road.

    It stands on every model, so that no model or field of ours can be forgotten: a call
    over RPC, an import, a dialog's row, a form's onchange and a default value all pass
    here. The software itself writes with `sudo()`, and nothing stands in its way, nor
    in that of reading.
    """

    _inherit = "base"

    def write(self, vals):
        # EXTENDS 'base': at the end of every model's own, whatever it made of them
        if not self or self.env.su:
            return super().write(vals)
        self._l10n_fr_chorus_refuse_closed(vals)
        result = super().write(vals)
        self._l10n_fr_chorus_check_links(vals)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'base': a default of the context is a value given like another
        if self.env.su:
            return super().create(vals_list)
        given = {name for vals in vals_list for name in vals}
        said = [key for key in self.env.context if key.startswith(DEFAULT)]
        given.update(key.removeprefix(DEFAULT) for key in said)
        self._l10n_fr_chorus_refuse_closed(given)
        records = super().create(vals_list)
        records._l10n_fr_chorus_check_links(given)
        return records

    def _update_field_translations(self, field_name, *args, **options):
        # EXTENDS 'base': a text's other languages are written past `write`
        if not self.env.su:
            self._l10n_fr_chorus_refuse_closed([field_name])
        return super()._update_field_translations(field_name, *args, **options)

    @api.model
    def _l10n_fr_chorus_refuse_closed(self, names):
        """Refuse values of fields that only the software writes.

        :raises AccessError: one of these fields is closed
        """
        for name in names:
            field = self._fields.get(name)
            if field and is_closed(field):
                raise AccessError(
                    self.env._(
                        "« %s » is written by the software alone: nobody else may "
                        "change it.",
                        field._description_string(self.env),
                    )
                )

    @api.model
    def default_get(self, fields):
        # EXTENDS 'base': neither a context nor a user's own default fills what is
        # closed, not even where the software creates the record; nor does it show what
        # the person may not read, which a form tells by the record's name
        defaults = super().default_get(fields)
        for name in [name for name in defaults if name in self._fields]:
            field = self._fields[name]
            if not is_closed(field):
                self._l10n_fr_chorus_check_linked(field, defaults[name])
                continue
            del defaults[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, False)
                defaults[name] = field.convert_to_write(value, self)
        return defaults

    def copy_data(self, default=None):
        # EXTENDS 'base': what the software wrote of one record says nothing of another
        copies = super().copy_data(default)
        if self.env.su:
            return copies
        closed = {name for name, field in self._fields.items() if is_closed(field)}
        closed -= (default or {}).keys()
        return [
            {name: value for name, value in copied.items() if name not in closed}
            for copied in copies
        ]

    def onchange(self, values, field_names, fields_spec):
        # EXTENDS 'web': a form may say all that it shows, and only shows it
        said = self._l10n_fr_chorus_open_values(values)
        heard = [name for name in field_names if name in said or name not in values]
        return super().onchange(said, heard, fields_spec)

    def _l10n_fr_chorus_open_values(self, values):
        """What a person may say of the values of a form, lines included.

        :raises AccessError: one of our links leads to what the person may not read
        """
        if self.env.su:
            return values
        found = {}
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None or not field.base_field.readonly or not is_ours(field):
                found[name] = self._l10n_fr_chorus_open_value(field, value)
        return found

    def _l10n_fr_chorus_open_value(self, field, value):
        if field is None or not field.relational or not value:
            return value
        self._l10n_fr_chorus_check_linked(field, value)
        if field.type == "many2one":
            return value
        comodel = self.env[field.comodel_name]
        return [
            [*command[:2], comodel._l10n_fr_chorus_open_values(command[2])]
            if len(command) > 2 and isinstance(command[2], dict)
            else command
            for command in value
        ]

    @api.model
    def _l10n_fr_chorus_check_linked(self, field, value):
        """Check that a person may read what a link of ours is said to lead to.

        :raises AccessError: it may not
        """
        if self.env.su or not value or not field.relational or not is_ours(field):
            return
        commands = [value] if field.type == "many2one" else value
        given = {id_ for command in commands for id_ in _linked(command)}
        self.env[field.comodel_name].browse(given).check_access("read")

    def _l10n_fr_chorus_check_links(self, names):
        """Check that each id that a person gave in these fields is one it may read.

        :raises AccessError: it may not
        """
        for name in names:
            field = self._fields.get(name)
            if field and field.relational and is_ours(field) and not is_closed(field):
                self[name].check_access("read")


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        # EXTENDS 'base': a dialog's rows belong to the person who filled it
        domain = super()._compute_domain(model_name, mode)
        if (
            self.env.su
            or not model_name.startswith(MODELS)
            or not self.env[model_name]._transient
        ):
            return domain
        return domain & Domain("create_uid", "=", self.env.uid)


def _linked(command):
    """The records that a command of a form names."""
    if isinstance(command, int):
        return [command]
    if not isinstance(command, (list, tuple)):
        return []
    code, record_id, rest = (*command, 0, 0)[:3]
    if isinstance(rest, (list, tuple)):
        return rest
    return [record_id] if code in (1, 4) and isinstance(record_id, int) else []
