{
    "name": "France - Chorus Pro for bookshops",
    "summary": "Send public invoices through Chorus Pro, follow and prove them",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "author": "Chorus Bookshop contributors",
    "license": "LGPL-3",
    "countries": ["fr"],
    "depends": [
        "l10n_fr_account",
        "l10n_fr_facturx_chorus_pro",
        "sale_stock",
    ],
    "external_dependencies": {
        "python": ["lxml", "pypdf", "requests", "stdnum", "xmlschema"],
    },
    "data": [],
    "demo": [],
    "installable": True,
    "application": True,
}
