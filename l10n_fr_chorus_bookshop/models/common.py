"""What the folders of the trade share: words for people, answers for machines."""

import logging
from base64 import b64decode
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..chorus.errors import Denied, Doubtful, Illegible, Unreachable
from ..chorus.lifecycle.states import REASONS, reason_code, without_code
from ..chorus.rules import TEXTS

_logger = logging.getLogger(__name__)

# How long a worker waits for another program that holds our tables.
LOCK_TIMEOUT = "20s"

# The way of sending that Odoo's own field gets from us.
CHORUS = "chorus"

# What can be given to a colleague as a file.
PROFILES = ("l10n_fr_chorus.profile", "l10n_fr_chorus.approved_platform")

USER = "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_user"
# Who may ask the platform something: those who send, and those who sell.
ASKERS = f"{USER},sales_team.group_sale_salesman"
MANAGER = "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_manager"

# What a page does once a person has been told.
REFRESH = {"type": "ir.actions.client", "tag": "soft_reload"}
CLOSE = {"type": "ir.actions.act_window_close"}


class ToSettle(UserError):
    """A document cannot leave yet: what must be put right, in its message."""


def is_outage(error):
    """Tell whether the platform is away, which says nothing of what was asked."""
    return isinstance(error, Unreachable | Denied) and not isinstance(error, Illegible)


# ---- WHO MAY, AND IN WHICH LANGUAGE --------------------------------------------------


def need_group(env, group, message):
    """Refuse a person without a right; the software itself may do all.

    :param group: external id of the group, as USER or MANAGER; several by commas
    :param message: why not, in the user's language
    :raises AccessError: the user is not in the group
    """
    if not env.su and not env.user.has_groups(group):
        raise AccessError(message)


def need_staff(records):
    """Refuse a customer, who may read its own invoices of Odoo's portal and no more.

    :raises AccessError: also when the user may not read these records
    """
    records.check_access("read")
    if records.env.user.share and not records.env.su:
        raise AccessError(
            records.env._("What Chorus Pro says is for the people of the shop.")
        )


def in_user_lang(records):
    """These records in the user's language: another system seldom says which."""
    if records.env.context.get("lang"):
        return records
    return records.with_context(lang=records.env.user.lang)


# ---- ANSWERS TO OTHER SYSTEMS (R33) --------------------------------------------------


def iso(moment):
    """A date or datetime as ISO text, "" without any: XML-RPC knows no None."""
    return moment.isoformat() if moment else ""


def answer_each(records, act, item):
    """Do one thing to each record; one that is refused does not stop the others.

    :param act: function of one record, in the user's language, which raises UserError
        to refuse; the dict it may return completes or corrects the answer
    :param item: function of one record, which gives what else its answer says of it
    :return: list of {"id", …, "done": bool, "message": why not, or ""}
    """
    answers = []
    for record in in_user_lang(records):
        message, more = "", None
        try:
            with record.env.cr.savepoint():
                more = act(record)
        except UserError as error:
            message = str(error)
        answers.append(
            {
                "id": record.id,
                **item(record),
                "done": not message,
                "message": message,
                **(more or {}),
            }
        )
    return answers


# ---- WHAT COMES FROM OUTSIDE ---------------------------------------------------------


def given_files(env, files):
    """Read the files another system gives.

    :return: list of (name, bytes)
    :raises UserError: not a name and its content
    """
    try:
        return [
            (str(file["name"]), b64decode(file["content"], validate=True))
            for file in files
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            env._("Each file needs its « name » and « content », in base64.")
        ) from error


def given_dict(env, values):
    """Read what another system gives as a dict; nothing is an empty one.

    :raises UserError: it is something else
    """
    if values and not isinstance(values, dict):
        raise UserError(env._("Give each value by its name, as {name: value}."))
    return values or {}


def given_ids(ids):
    """Read what another system gives as records: the numbers among them."""
    ids = ids if isinstance(ids, list | tuple) else [ids]
    return [one for one in ids if isinstance(one, int) and one and one is not True]


def each_for_itself(env, store, rows, set_aside=None):
    """Store rows from outside together; what one of them breaks stops no other.

    Those that fail together are tried in halves.

    :param store: takes a list of rows
    :param set_aside: takes the one row that could not be stored
    """
    try:
        with env.cr.savepoint():
            store(rows)
    except OperationalError:
        raise  # another worker was quicker, or the database is away: all is read again
    except Exception:
        if len(rows) > 1:
            middle = len(rows) // 2
            each_for_itself(env, store, rows[:middle], set_aside)
            each_for_itself(env, store, rows[middle:], set_aside)
            return
        _logger.exception("Chorus Pro: a row from outside could not be stored")
        if set_aside:
            set_aside(rows[0])


@contextmanager
def lock_patience(env):
    """Wait for no lock longer than LOCK_TIMEOUT: what follows raises instead.

    It lasts through commits. Whoever waits for ever stops all that comes after it.
    """
    _wait_for_locks(env, LOCK_TIMEOUT)
    try:
        yield
    except Exception:
        env.cr.rollback()
        env.invalidate_all(flush=False)
        raise
    finally:
        _wait_for_locks(env, "0")


def _wait_for_locks(env, longest):
    """Say it for the whole connection, committed: a rollback must not forget it."""
    env.cr.execute("SELECT set_config('lock_timeout', %s, false)", [longest])
    env["ir.cron"]._commit_progress()


# ---- TOLD TO A PERSON ----------------------------------------------------------------


def notification(
    env, lines, kind="success", title="", sticky=None, follow=None, about=()
):
    """Tell a person what happened, then go on.

    :param lines: what to say, one sentence a line
    :param about: the record that each of the last lines speaks of, for a link to it
    :param kind: "success", "warning" or "danger"
    :param title: "Chorus Pro" by default
    :param sticky: whether it stays until read; by default when all is not well
    :param follow: the action that comes next, by default the page read again
    :return: an action
    """
    links = [
        {"label": env._("Open"), "url": f"/odoo/{one._name}/{one.id}"} for one in about
    ]
    if links:
        # The page fills each %s with a link.
        lines = [line.replace("%", "%%") for line in lines]
        first = len(lines) - len(links)
        lines[first:] = [f"{line} %s" for line in lines[first:]]
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "title": title or env._("Chorus Pro"),
            "message": "\n".join(lines),
            "className": "text-prewrap",
            "links": links,
            "sticky": kind != "success" if sticky is None else sticky,
            "next": REFRESH if follow is None else follow,
        },
    }


def reason_in_words(env, reason):
    """A platform's reason as people read it: its code's label, then its own words."""
    label = REASONS.get(reason_code(reason))
    return without_code(f"{env._(label)} ({reason})") if label else reason


def told_each(title, rows):
    """Tell what became of each of several documents: a line and a link for each.

    :param rows: list of dicts, see the dialog: "model", "id", "name", "about", "text",
        "done"
    :return: an action
    """
    return {
        "type": "ir.actions.client",
        "tag": "l10n_fr_chorus_told",
        "params": {"title": title, "rows": rows, "next": REFRESH},
    }


def profile_download(profile):
    """Have the browser download a profile, as `controllers/profile.py` gives it.

    :return: an action
    """
    profile.ensure_one().check_access("read")
    return {
        "type": "ir.actions.act_url",
        "url": f"/chorus/profile/{profile._name}/{profile.id}",
        "target": "download",
    }


def describe(env, error) -> str:
    """Tell a `ChorusError` to a person: what happened, then the other side's words."""
    who = error.who
    if isinstance(error, Denied):
        lead = env._("%(who)s refuses the credentials or rights.", who=who)
    elif isinstance(error, Unreachable):
        lead = env._("%(who)s cannot be reached for now.", who=who)
    elif isinstance(error, Doubtful):
        lead = env._("The answer of %(who)s was lost.", who=who)
    else:
        lead = env._("%(who)s refuses the request.", who=who)
    what = env._(error.template, **error.values)
    reasons = [reason for reason in error.reasons if reason not in what]
    return "\n".join([lead, what, *reasons])


def problem_text(env, problem) -> str:
    """One sentence on what is wrong, in the user's language."""
    return _filled(env, TEXTS[problem.code].message, problem)


def problem_remedy(env, problem) -> str:
    """One sentence on what to do, in the user's language."""
    return _filled(env, TEXTS[problem.code].remedy, problem)


def problem_lines(env, problems) -> str:
    """All problems with their remedies, one a line."""
    return "\n".join(
        f"{problem_text(env, one)} {problem_remedy(env, one)}".strip()
        for one in problems
    )


def problem_list(env, problems):
    """All problems with their remedies, as a list to show; empty without any."""
    items = Markup().join(
        Markup("<li><b>%s</b> %s</li>")
        % (problem_text(env, one), problem_remedy(env, one))
        for one in problems
    )
    return items and Markup("<ul>%s</ul>") % items


def problem_item(env, problem):
    """One problem in plain JSON values, for other systems."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "field": problem.field,
        "message": problem_text(env, problem),
        "remedy": problem_remedy(env, problem),
    }


def _filled(env, template, problem):
    """Translate a template of the core and fill it the user's language's way."""
    values = {name: _shown(env, value) for name, value in problem.values.items()}
    return env._(template, **values)


def _shown(env, value):
    if isinstance(value, Decimal):
        lang = env["res.lang"]._lang_get(env.lang or "en_US")
        return lang.format("%.2f", float(value), grouping=True)
    if isinstance(value, date):
        return format_date(env, value)
    return value
