"""The fault campaign: a platform, workers and a shop, broken in every way (faults.py).

`schedule` draws what breaks from a seed, `shop` invoices and lets time pass, `workers`
are real processes, `blows` strike them, `truth` compares Odoo with the platform.
"""
