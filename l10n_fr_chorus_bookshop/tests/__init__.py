"""The ORM's tests.

They play with the project's own simulator and a few libraries of its. A shop that runs
Odoo's tests on its base has neither: there, none of ours is found, and nothing fails.
"""

from importlib.util import find_spec

NEEDED = ("hypothesis", "polib", "simulator")

if all(find_spec(name) for name in NEEDED):
    from . import test_every_button
    from . import test_nonsense
    from . import test_public_answers
    from . import test_public_methods
    from . import test_rights
    from . import test_translation
    from .access import test_attacks
    from .access import test_columns
    from .access import test_methods
    from .access import test_strangers
    from .approved import test_approved
    from .approved import test_approved_doubt
    from .approved import test_approved_flows
    from .approved import test_approved_lifecycle
    from .approved import test_roads
    from .approved import test_webhook
    from .approved import test_odoo_platform
    from .channels import test_expiry
    from .channels import test_new_channel
    from .channels import test_production_guard
    from .channels import test_secrets
    from .copies import test_copy
    from .copies import test_delivery_preferences
    from .correction import test_answers
    from .correction import test_correction
    from .correction import test_correction_laws
    from .customer import test_customer
    from .customer import test_letter
    from .customer import test_obligation
    from .customer import test_siret
    from .directory import test_change
    from .directory import test_directory
    from .directory import test_directory_import
    from .directory import test_directory_laws
    from .directory import test_directory_source
    from .directory import test_engagement
    from .edi import test_dilifac
    from .edi import test_dilifac_faults
    from .edi import test_dilifac_profile
    from .guide import test_cost
    from .guide import test_guide
    from .guide import test_training
    from .invoice import test_any_invoice
    from .invoice import test_branches
    from .invoice import test_core_oracle
    from .invoice import test_dashboard
    from .invoice import test_document
    from .invoice import test_flows
    from .invoice import test_invoice_page
    from .invoice import test_neutral_invoice
    from .invoice import test_neutral_lines
    from .invoice import test_posting
    from .invoice import test_references
    from .lifecycle import test_bell
    from .lifecycle import test_forged_news
    from .lifecycle import test_life_cycle
    from .lifecycle import test_news
    from .lifecycle import test_platform_answers
    from .lifecycle import test_to_sort
    from .payment import test_bank_lines
    from .payment import test_delays
    from .portal import test_platform_mail
    from .portal import test_portal
    from .portal import test_portal_followed
    from .sale import test_order_form
    from .sale import test_order_screen
    from .sale import test_orders_into_invoices
    from .sale import test_ticket
    from .sending import test_batches
    from .sending import test_exactly_once
    from .sending import test_faults
    from .sending import test_identity
    from .sending import test_other_network
    from .sending import test_outage
    from .sending import test_prepare
    from .sending import test_send_dialog
    from .sending import test_send_ways
    from .sending import test_state_guards
    from .sending import test_trouble
    from .sending import test_wake
    from .sending import test_watchdog
    from .settings import test_companies
    from .settings import test_without_chorus
    from .takeover import test_takeover
    from .vault import test_audit
    from .vault import test_export
    from .vault import test_inspection
    from .vault import test_locks
    from .vault import test_outcomes
    from .vault import test_timestamp
    from .vault import test_vault
    from .vault import test_verification
