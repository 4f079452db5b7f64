"""The product's rules and codecs, in plain Python: nothing here imports Odoo."""
