"""What the OCA's modules of 18.0 leave in a base that was brought to 19.0.

`l10n_fr_chorus_account`, `_factur-x` and `_sale`, as their source declares them.
"""

COLUMNS = """
    ALTER TABLE res_partner
        ADD COLUMN fr_chorus_required varchar, ADD COLUMN fr_chorus_identifier int4,
        ADD COLUMN fr_chorus_service_id int4, ADD COLUMN siren varchar,
        ADD COLUMN nic varchar;
    CREATE TABLE chorus_partner_service (
        id serial PRIMARY KEY, partner_id int4, code varchar, active bool,
        name varchar, chorus_identifier int4, engagement_required bool);
    CREATE TABLE chorus_flow (
        id serial PRIMARY KEY, name varchar, date date, attachment_id int4,
        status varchar, status_date timestamp, syntax varchar, company_id int4);
    ALTER TABLE account_move
        ADD COLUMN invoice_sending_method varchar, ADD COLUMN chorus_flow_id int4,
        ADD COLUMN chorus_identifier int4, ADD COLUMN chorus_status varchar,
        ADD COLUMN chorus_status_date timestamp,
        ADD COLUMN chorus_service_code varchar;
    ALTER TABLE res_company
        ADD COLUMN fr_chorus_api_login varchar,
        ADD COLUMN fr_chorus_api_password varchar,
        ADD COLUMN fr_chorus_invoice_format varchar,
        ADD COLUMN fr_chorus_pwd_expiry_date date;
    ALTER TABLE sale_order
        ADD COLUMN invoice_sending_method varchar,
        ADD COLUMN chorus_service_code varchar
"""

ROWS = """
    INSERT INTO chorus_partner_service
        (partner_id, code, active, name, engagement_required)
    VALUES (%(town)s, 'LECTURE', true, 'Médiathèque', true);
    INSERT INTO chorus_flow (name, date, status, company_id)
    VALUES ('CPP0001', '2026-03-02', 'IN_INTEGRE', %(company)s);
    UPDATE res_partner SET fr_chorus_required = 'service', siren = '213502388',
        nic = '00019', fr_chorus_service_id = (
            SELECT id FROM chorus_partner_service),
        invoice_sending_method = jsonb_build_object(%(key)s, 'fr_chorus')
     WHERE id = %(town)s;
    UPDATE res_company SET fr_chorus_api_login = 'TECH_1@cpro.fr',
        fr_chorus_api_password = 'secret', fr_chorus_pwd_expiry_date =
        '2027-01-31', fr_chorus_invoice_format = 'xml_cii'
     WHERE id = %(company)s;
    UPDATE account_move SET chorus_flow_id = (SELECT id FROM chorus_flow),
        chorus_identifier = 777, chorus_status = 'MANDATEE',
        chorus_status_date = '2026-04-01 10:00' WHERE id = %(first)s;
    UPDATE account_move SET chorus_flow_id = (SELECT id FROM chorus_flow)
     WHERE id = %(second)s;
    UPDATE account_move SET invoice_sending_method = 'fr_chorus',
        ref = 'EJ 12', chorus_service_code = 'LECTURE',
        buyer_reference = NULL, purchase_order_reference = NULL
     WHERE id = %(third)s
"""


def leave_behind(cr, company, town, moves):
    """Build such a base around records of ours.

    :param town: a customer that they knew; `moves`: two that they sent, one draft
    """
    cr.execute(COLUMNS)
    cr.execute(
        ROWS,
        {
            "town": town.id,
            "company": company.id,
            "key": str(company.id),
            "first": moves[0].id,
            "second": moves[1].id,
            "third": moves[2].id,
        },
    )
