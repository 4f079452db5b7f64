from odoo import api, models
from odoo.exceptions import UserError

from ..common import in_user_lang, iso


class L10nFrChorusGuide(models.Model):
    _inherit = "l10n_fr_chorus.guide"

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    @api.model
    def l10n_fr_chorus_guide(self):
        """Tell how far the user's company is, as the guide shows it.

        :return: {"company", "channel", "environment", "training": bool, "done": count,
            "steps": [step], "exercises": [step], "costs": [{"channel", "label",
            "yearly", "gives"}], "contacts": [{"name", "role", "about", "email",
            "phone", "website"}]} where a step is {"code", "title", "why", "where",
            "url", "done": bool, "by_hand": bool, "missing", "remark", "ticked_by",
            "ticked_at": ISO text}
        """
        guide = self._speaking()
        return {
            "company": guide.company_id.name,
            "channel": guide.channel,
            "environment": guide.environment,
            "training": guide.training,
            "done": sum(guide.step_ids.mapped("is_done")),
            "steps": guide.step_ids._items(),
            "exercises": guide.exercise_ids._items(),
            "costs": [
                {
                    "channel": cost.channel,
                    "label": cost.display_name,
                    "yearly": cost.yearly,
                    "gives": cost.gives or "",
                }
                for cost in guide.cost_ids
            ],
            "contacts": [
                {
                    name: contact[name] or ""
                    for name in ("name", "role", "about", "email", "phone", "website")
                }
                for contact in guide.contact_ids
            ],
        }

    @api.model
    def l10n_fr_chorus_tick(self, code, done=True):
        """Say that a step, or an exercise, is done, or is not after all.

        :param code: the step's code
        :return: same as `l10n_fr_chorus_guide`
        :raises UserError: no such step, it is ticked by itself, or the database tells
            otherwise
        :raises AccessError: a step of the set-up, and the user is no manager
        """
        step = self._speaking()._steps([code])
        if not step:
            raise UserError(self.env._("The guide has no step « %s ».", code))
        if done:
            step._tick()
        else:
            step._untick()
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_asked(self, code):
        """Have the user reminded of a link that comes by mail, before it is dead.

        :param code: the step's code
        :return: same as `l10n_fr_chorus_guide`
        :raises UserError: no such step, or it ends by no link
        """
        step = self._speaking()._steps([code])
        if not step.has_link:
            raise UserError(self.env._("No link is awaited for « %s ».", code))
        step.action_asked()
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_choose(self, channel):
        """Choose the way invoices leave; they take it once its connection works.

        :param channel: one of the channels' codes
        :return: same as `l10n_fr_chorus_guide`
        """
        self.env["l10n_fr_chorus.channel"]._check_code(channel)
        self._speaking()._choose(channel)
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_train(self, wanted=True):
        """Begin a training, or end it; never in production.

        :return: same as `l10n_fr_chorus_guide`
        """
        self._speaking()._train(bool(wanted))
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_open_production(self):
        """Turn the company to production, as the guide's last step does.

        :return: same as `l10n_fr_chorus_guide`
        """
        self._speaking()._open_production()
        return self.l10n_fr_chorus_guide()

    def _speaking(self):
        """The company's guide, in the user's language."""
        self.check_access("read")
        return in_user_lang(self)._of(self.env.company)


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def l10n_fr_chorus_test(self):
        """Try connections; one that does not work stops no other.

        :return: list of {"id", "name", "ok", "message"}
        :raises AccessError: the user is no Chorus Pro manager
        """
        self.check_access("read")
        return [
            {
                "id": connection.id,
                "name": connection.name or "",
                "ok": connection.action_test()["params"]["type"] == "success",
                "message": connection.test_result or "",
            }
            for connection in in_user_lang(self)
        ]


class L10nFrChorusGuideStep(models.Model):
    _inherit = "l10n_fr_chorus.guide.step"

    def _items(self):
        """Steps in plain JSON values."""
        return [
            {
                **{
                    name: step[name] or ""
                    for name in ("code", "title", "why", "where", "url")
                },
                "done": step.is_done,
                "by_hand": step.by_hand,
                "missing": step.missing or "",
                "remark": step.remark or "",
                "ticked_by": step.ticked_by or "",
                "ticked_at": iso(step.ticked_at),
            }
            for step in self
        ]
