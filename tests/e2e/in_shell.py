"""What the tests do inside `odoo shell`: set the shop up, invoice, work, look.

Every function takes the shell's environment first; what it returns is plain JSON.
"""

import time
from base64 import b64encode
from datetime import timedelta
from functools import partial

from odoo.exceptions import UserError

from orders_corpus.form import Form, build
from simulator import directory_files
from simulator.client import connection

MODULE = "l10n_fr_chorus_bookshop"
# Whole seconds, as the product counts them: a fraction is not due before the next one.
DUE = """
    UPDATE l10n_fr_chorus_submission
       SET next_try = date_trunc('second', now() at time zone 'utc')
     WHERE state IN ('requested', 'waiting');
    UPDATE l10n_fr_chorus_transmission
       SET next_try = date_trunc('second', now() at time zone 'utc')
     WHERE state IN ('ready', 'doubtful', 'deposited')
       AND next_try > date_trunc('second', now() at time zone 'utc');
    UPDATE l10n_fr_chorus_connection
       SET next_sync = date_trunc('second', now() at time zone 'utc')
"""
ORDER = Form(
    "bon-de-commande",
    """
    DÉPARTEMENT DE L'AUBE               Bon de commande n° 2026-00417 du 03/02/2026
    SIRET 22100005200011                N° d'engagement : 26D001532
    Code service : MEDIATHEQUE

    ISBN              Titre             Quantité
    9782999900370     Madame Bovary     3
    9782999900387     Germinal          12
    """,
)


def connect(env, url, **values):
    """Open the qualification connection; return the API key made for Claire."""
    company = env.ref(f"{MODULE}.company_bookshop")
    env["l10n_fr_chorus.connection"].create(
        {
            "company_id": company.id,
            **connection(url, company.company_registry),
            **values,
        }
    )
    return {
        "api_key": env["res.users.apikeys"]
        .with_user(env.ref(f"{MODULE}.user_claire"))
        ._generate("rpc", "till", env.cr.now() + timedelta(days=1))
    }


def ids(env, names):
    """The database's numbers of some demonstration records."""
    return {name: env.ref(f"{MODULE}.{name}").id for name in names}


def draft(env, count=1, customer="partner_lyon", books=2, **values):
    """Drafts of some books each, as Claire; return their numbers in the database."""
    company = env.ref(f"{MODULE}.company_bookshop")
    claire = env(
        user=env.ref(f"{MODULE}.user_claire"),
        context={"allowed_company_ids": company.ids, "lang": "fr_FR"},
    )
    stock = claire["product.product"].search(
        [("company_id", "=", company.id), ("barcode", "!=", False)], limit=books
    )
    lines = [(0, 0, {"product_id": book.id, "quantity": 1}) for book in stock]
    invoices = claire["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": env.ref(f"{MODULE}.{customer}").id,
                "invoice_line_ids": lines,
                **values,
            }
        ]
        * count
    )
    return invoices.ids


def order(env, customer):
    """A confirmed sale with its references; returns its number in the database."""
    books = env.ref(f"{MODULE}.product_book_01") + env.ref(f"{MODULE}.product_book_02")
    company = env.ref(f"{MODULE}.company_bookshop")
    sale = env["sale.order"].with_context(allowed_company_ids=company.ids)
    made = sale.create(
        {
            "partner_id": env.ref(f"{MODULE}.{customer}").id,
            "l10n_fr_chorus_service_code": "MEDIATHEQUE",
            "l10n_fr_chorus_engagement": "10-CULT-4471",
            "order_line": [(0, 0, {"product_id": book.id}) for book in books],
        }
    )
    made.action_confirm()
    return made.id


def post_unattended(env, **values):
    """Post as an automatic flow does: what is wrong does not stop it."""
    moves = env["account.move"].browse(draft(env, **values))
    moves._post(soft=False)
    return moves.ids


def send(env, count, **values):
    """Post invoices and ask for their sending; return what `send` answered."""
    moves = env["account.move"].browse(draft(env, count, **values))
    moves.with_user(env.ref(f"{MODULE}.user_claire")).action_post()
    return moves.with_user(env.ref(f"{MODULE}.user_claire")).l10n_fr_chorus_send()


def pile(env, count):
    """Invoices of a shop that uploads by hand, prepared; return their ids."""
    env.ref(f"{MODULE}.company_bookshop").l10n_fr_chorus_channel = "portal"
    body = {"customer": "partner_seine_maritime", "purchase_order_reference": "EJ-1"}
    answers = send(env, count, **body)
    env.cr.commit()
    work(env)
    return [answer["id"] for answer in answers]


def pile_by_hand(env, count):
    """Invoices that leave by the portal though the shop is connected; return ids."""
    body = {"customer": "partner_seine_maritime", "purchase_order_reference": "EJ-1"}
    moves = env["account.move"].browse(draft(env, count, **body))
    moves = moves.with_user(env.ref(f"{MODULE}.user_claire"))
    moves.action_post()
    moves.l10n_fr_chorus_send_by("portal", "Essai à la main")
    env.cr.commit()
    work(env)
    return moves.ids


def work(env, rounds=1, hurried=True, pause=0):
    """Work as one more worker; hurried, it looks at everything in each round.

    The platform integrates three seconds after the deposit: hence the pause.
    """
    company = env.ref(f"{MODULE}.company_bookshop")
    worker = env(context={**env.context, "allowed_company_ids": company.ids})
    for _round in range(rounds):
        if hurried:
            hurry(worker)
        worker["l10n_fr_chorus.transmission"]._work()
        worker.cr.commit()
        time.sleep(pause)


def prepare(env):
    """Make the documents of what was asked for; nothing leaves yet."""
    company = env.ref(f"{MODULE}.company_bookshop")
    worker = env(context={**env.context, "allowed_company_ids": company.ids})
    worker["l10n_fr_chorus.submission"]._prepare_due()
    worker.cr.commit()


def hurry(env):
    """Make due now what rests until later; not what a worker has in hand."""
    env.cr.execute(DUE)
    env.cr.commit()
    env.invalidate_all()


def open_vault(env, move):
    """Give an inspector access to our vault, and another to another company's."""
    company = env.ref(f"{MODULE}.company_bookshop")
    other = env["res.company"].search([("id", "!=", company.id)], limit=1)
    until = env.cr.now().date() + timedelta(days=1)
    inspections = env["l10n_fr_chorus.inspection"]
    given = [
        inspections._give(owner, name, f"{name}@impots.example", until, "Avis 2026-12")
        for owner, name in ((company, "ines"), (other, "omar"))
    ]
    for inspection in given:
        user = inspection.user_id
        user.write({"password": user.login, "lang": "fr_FR"})
    original = env["l10n_fr_chorus.original"].search([("move_id", "=", move)])
    return {
        "inspection": given[0].id,
        "other_inspection": given[1].id,
        "original": original.id,
        "sha256": original.sha256,
    }


def people(env, customer):
    """Those who look at the pages beside Claire; their passwords are their logins.

    Marc administers, Mary too, in English; Emma is a clerk, in English; Adele only
    reads, in English; Paul is the customer, Nora has just opened a shop of her own, and
    Neil looks at it in English.

    :return: their numbers in the database
    """
    env["res.lang"]._activate_lang("en_US")
    shop = env.ref(f"{MODULE}.company_bookshop")
    new = env["res.company"].create(
        {"name": "Librairie neuve", "country_id": env.ref("base.fr").id}
    )
    office = ["base.group_user"]
    manager = [*office, "account.group_account_manager", "base.group_system"]
    manager += ["sales_team.group_sale_manager", "base.group_partner_manager"]
    clerk = [*office, "account.group_account_invoice", "base.group_partner_manager"]
    clerk += ["sales_team.group_sale_salesman_all_leads", "stock.group_stock_user"]
    given = {
        "marc": (manager, shop, "fr_FR"),
        "mary": (manager, shop, "en_US"),
        "emma": (clerk, shop, "en_US"),
        "nora": (manager, new, "fr_FR"),
        "neil": (manager, new, "en_US"),
        "adele": ([*office, "account.group_account_readonly"], shop, "en_US"),
        "paul": (["base.group_portal"], shop, "fr_FR"),
    }
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": login.title(),
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "lang": lang,
                    "tz": "Europe/Paris",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, [env.ref(one).id for one in groups])],
                }
                for login, (groups, company, lang) in given.items()
            ]
        )
    )
    buyer = users.filtered(lambda one: one.login == "paul").partner_id
    buyer.parent_id = env.ref(f"{MODULE}.{customer}")
    return dict(zip(users.mapped("login"), users.ids, strict=True))


def uninstall(env, original):
    """Try to uninstall while a production original is kept; return the refusal."""
    kept = env["l10n_fr_chorus.original"].browse(original)
    values = kept.read(
        [
            *("mimetype", "syntax", "kind", "year", "seller_siren", "seller_siret"),
            *("buyer_siret", "channel", "number", "filename"),
        ]
    )[0]
    del values["id"]
    env["l10n_fr_chorus.original"]._store(
        [
            {
                **values,
                "content": kept._content(),
                "environment": "production",
                "company_id": kept.company_id.id,
                "move_id": kept.move_id.id,
                "submission_id": kept.submission_id.id,
            }
        ]
    )
    env.cr.commit()
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    try:
        module.button_immediate_uninstall()
    except UserError as error:
        env.cr.rollback()
        return str(error)
    return ""


def verify(env):
    """Verify the vault from its first seal."""
    company = env.ref(f"{MODULE}.company_bookshop")
    vault = env["l10n_fr_chorus.original"].with_company(company)
    return vault.l10n_fr_chorus_verify()


def remove(env):
    """Uninstall the module for good."""
    env["ir.module.module"].search([("name", "=", MODULE)]).button_immediate_uninstall()


# ---- BESIDE ODOO'S OWN NETWORK ----------------------------------------------------


def on_network(env, registered):
    """Have everybody on Odoo's own network, in its demo mode, which calls nobody.

    :param registered: the shop is, too
    """
    company = env.ref(f"{MODULE}.company_bookshop")
    env["ir.config_parameter"].set_param("account_peppol.edi.mode", "demo")
    customers = env.ref(f"{MODULE}.partner_lyon") + env.ref(f"{MODULE}.partner_parents")
    for customer in customers.with_company(company):
        customer.write(
            {
                "invoice_edi_format": "ubl_bis3",
                "peppol_eas": "0225",
                "peppol_endpoint": customer.company_registry or "552100554",
                "peppol_verification_state": "valid",
            }
        )
    if registered and company.account_peppol_proxy_state != "receiver":
        env["account_edi_proxy_client.user"].create(
            {
                "id_client": "demo",
                "company_id": company.id,
                "proxy_type": "peppol",
                "edi_mode": "demo",
                "edi_identification": f"0225:{company.company_registry}",
                "refresh_token": "demo",
                "private_key_id": env["certificate.key"]
                .sudo()
                ._generate_rsa_private_key(company, name="demo.key")
                .id,
            }
        )
        company.account_peppol_proxy_state = "receiver"


def _claire(env):
    company = env.ref(f"{MODULE}.company_bookshop")
    return env(
        user=env.ref(f"{MODULE}.user_claire"),
        context={"allowed_company_ids": company.ids, "lang": "fr_FR"},
    )


def _posted(env, customer, **values):
    moves = env["account.move"].browse(draft(env, customer=customer, **values))
    moves = moves.with_env(_claire(env))
    moves.action_post()
    return moves


def by_dialog(env, customer, methods=None):
    """Post and send by Odoo's own dialog.

    :param methods: what the person ticks; by default what the dialog proposes
    :return: what was proposed, what became of it
    """
    move = _posted(env, customer)
    wizard = move.env["account.move.send.wizard"].create({"move_id": move.id})
    proposed = sorted(wizard.sending_methods)
    if methods:
        wizard.sending_methods = methods
    alerts = wizard.alerts or {}
    stopped = sorted(key for key, one in alerts.items() if one["level"] == "danger")
    refused = ""
    try:
        # As a request does, which takes everything back.
        with env.cr.savepoint():
            wizard.action_send_and_print()
    except UserError as error:
        refused = str(error)
    told = {"proposed": proposed, "refused": refused, "stopped": stopped}
    return {**told, **_owner(move)}


def by_queue(env, customers, methods=None):
    """Post and leave to core's queue; return what became of each.

    :param methods: what an older dialog had written down for all of them
    """
    moves = env["account.move"].concat(*(_posted(env, one) for one in customers))
    moves = moves.with_env(_claire(env))
    wizard = moves.env["account.move.send.batch.wizard"].create(
        {"move_ids": [(6, 0, moves.ids)]}
    )
    wizard.action_send_and_print()
    if methods:
        for move in moves:
            move.sending_data = {**move.sending_data, "sending_methods": methods}
    env.cr.commit()
    env["account.move"]._cron_account_move_send(job_count=10)
    return [_owner(move) for move in moves]


def taken(env, customer):
    """Give an invoice to Odoo's own network, then ask for it here."""
    move = _posted(env, customer)
    move.sudo().peppol_move_state = "processing"
    [answer] = move.l10n_fr_chorus_send()
    move.sudo().peppol_move_state = "error"
    return {
        "codes": [one["code"] for one in answer["problems"]],
        "queued": answer["queued"],
        "queued_after_its_failure": move.l10n_fr_chorus_send()[0]["queued"],
    }


def _owner(move):
    move.invalidate_recordset()
    mails = move.message_ids.filtered(lambda one: one.message_type == "comment")
    return {
        "ours": move.sudo().l10n_fr_chorus_state or "",
        "theirs": move.sudo().peppol_move_state or "",
        "waiting": bool(move.sending_data),
        "mails": len(mails.filtered("attachment_ids")),
    }


def open_till(env):
    """Open the shop's till for Claire; return its number in the database."""
    company = env.ref(f"{MODULE}.company_bookshop")
    claire = env.ref(f"{MODULE}.user_claire")
    claire.group_ids += env.ref("point_of_sale.group_pos_user")
    env = env(context={"allowed_company_ids": company.ids})
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    method = {"name": "Carte", "journal_id": bank.id, "company_id": company.id}
    card = env["pos.payment.method"].create(method)
    till = env["pos.config"].create(
        {
            "name": "Caisse",
            "company_id": company.id,
            "payment_method_ids": [(6, 0, card.ids)],
        }
    )
    env.ref(f"{MODULE}.product_book_01").available_in_pos = True
    till.with_user(claire).open_ui()
    till.current_session_id.with_user(claire).set_opening_control(0, "")
    return till.id


def tickets(env, till):
    """What becomes of tickets that nobody was asked about on a screen.

    :return: dict case -> the invoice's references, and whether it is to correct; or the
        words of a refusal
    """
    env["l10n_fr_chorus.structure"].search([]).write(
        {"source": "api", "checked_at": env.cr.now()}
    )
    shop, body = _claire(env), env.ref(f"{MODULE}.partner_aube")
    shop = shop(context={**shop.context, "lang": "en_US", "generate_pdf": False})
    sale = shop["sale.order"].browse(order(env, "partner_aube"))
    sale.l10n_fr_chorus_engagement = "10-SALE"
    sell = partial(_sell, shop, shop["pos.config"].browse(till).sudo(), body)
    ask = shop["l10n_fr_chorus.ticket"].l10n_fr_chorus_ask
    for uuid, number in (("A", "10-A"), ("B", "10-B"), ("C", "10-A")):
        said = {"service": "MEDIATHEQUE", "engagement": number}
        ask(uuid, body.id, said)
    a, b, c, silent = (sell(uuid) for uuid in ("A", "B", "C", "SILENT"))
    silent.with_context(generate_pdf=True).action_pos_order_invoice()
    said = {"silent": silent, "settled": sell("SALE", sale=sale)}
    said["settled"].action_pos_order_invoice()
    try:
        with env.cr.savepoint():
            (a + b)._generate_pos_order_invoice()
        refused = ""
    except UserError as error:
        refused = str(error)
    env.invalidate_all()
    said["together"] = a + c
    said["together"]._generate_pos_order_invoice()
    said["refund"] = sell("REFUND", refunded=a)
    said["refund"].action_pos_order_invoice()
    return {
        "refused": refused,
        "asked": ask("SALE", body.id, None, sale.ids)["engagement"],
        **{name: _ticket_said(sold.account_move) for name, sold in said.items()},
    }


def _ticket_said(move):
    move.ensure_one()
    [trail] = move.l10n_fr_chorus_audit_trail()
    [orders] = [one for one in trail["sections"] if one["code"] == "orders"]
    return {
        "engagement": move.purchase_order_reference or "",
        "ticket": move.invoice_origin,
        "stage": move.l10n_fr_chorus_stage,
        "trail": [step["reference"] for step in orders["steps"]],
    }


def _sell(shop, till, body, uuid, refunded=None, sale=None):
    """One book paid by card at the till."""
    book = shop.ref(f"{MODULE}.product_book_01").sudo()
    quantity = -1 if refunded else 1
    line = {
        "product_id": book.id,
        "full_product_name": book.name,
        "qty": quantity,
        "price_unit": 10.55,
        "tax_ids": [
            (
                6,
                0,
                book.taxes_id.filtered(
                    lambda tax: tax.company_id == till.company_id
                ).ids,
            )
        ],
        "price_subtotal": 10 * quantity,
        "price_subtotal_incl": 10.55 * quantity,
    }
    if refunded:
        line["refunded_orderline_id"] = refunded.lines.id
    if sale:
        line["sale_order_origin_id"] = sale.id
    sold = shop["pos.order"].create(
        {
            "session_id": till.current_session_id.id,
            "company_id": till.company_id.id,
            "partner_id": body.id,
            "uuid": uuid,
            "pos_reference": uuid,
            "lines": [(0, 0, line)],
            "is_refund": bool(refunded),
            "amount_total": 10.55 * quantity,
            "amount_tax": 0.55 * quantity,
            "amount_paid": 0,
            "amount_return": 0,
        }
    )
    sold.add_payment(
        {
            "pos_order_id": sold.id,
            "amount": sold.amount_total,
            "payment_method_id": till.payment_method_ids[:1].id,
        }
    )
    sold.action_pos_order_paid()
    return sold


def transfer(env, invoices, claire_keeps_the_books=True):
    """A transfer of the Treasury that names these invoices."""
    company = env.ref(f"{MODULE}.company_bookshop")
    if claire_keeps_the_books:
        claire = env.ref(f"{MODULE}.user_claire")
        claire.group_ids += env.ref("account.group_account_user")
    env = env(context={"allowed_company_ids": company.ids})
    moves = env["account.move"].browse(invoices)
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    label = f"VIR SGC AUBREMONT MDT 1532 {' '.join(moves.mapped('name'))}"
    amount = sum(moves.mapped("amount_residual"))
    env["account.bank.statement.line"].create(
        {"journal_id": bank.id, "payment_ref": label, "amount": amount}
    )
    return label


def from_outside(env, customer):
    """What came from outside and waits for a person; another road, beside.

    :return: the database's numbers of a quotation whose order was read, and of a
        connection to an approved platform
    """
    company = env.ref(f"{MODULE}.company_bookshop")
    shop = env(context={"allowed_company_ids": company.ids, "lang": "fr_FR"})
    quotation = shop["sale.order"].create(
        {"partner_id": env.ref(f"{MODULE}.{customer}").id}
    )
    quotation.l10n_fr_chorus_read_order(
        [{"name": ORDER.filename, "content": b64encode(build(ORDER)).decode()}]
    )
    shop["l10n_fr_chorus.mail"].create(
        {"name": "Maintenance du portail", "text": "Bonjour", "company_id": company.id}
    )
    bodies = directory_files.csv_text(
        [directory_files.structure("21590350100017", "LILLE")]
    )
    shop["l10n_fr_chorus.import"].create(
        {"file": b64encode(f"{bodies}1;123;ECOLE\n".encode()), "to_confirm": False}
    ).action_read()
    platform = shop["l10n_fr_chorus.approved_platform"].search([], limit=1)
    approved = shop["l10n_fr_chorus.connection"].create(
        {
            "company_id": company.id,
            "channel": "approved",
            "environment": "qualification",
            "approved_id": platform.id,
        }
    )
    env.cr.commit()
    shop["l10n_fr_chorus.import"]._work()
    return {
        "quotation": quotation.id,
        "approved": approved.id,
        "approved_platform": platform.id,
    }
