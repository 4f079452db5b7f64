"""English sentences of the pure core, marked so that Odoo's extractor finds them.

The core speaks English; the Odoo shell translates a sentence by looking its English
template up (`env._(template, **values)`), hence templates stay whole and literal.
"""


def _(template: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return template
