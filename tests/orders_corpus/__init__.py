"""Order forms and bank lines made for the tests, as bodies and banks print them.

Each form is drawn from rows of text whose columns become places on the page. What a
reader should find stands beside it. `TUNED` is what the reader was written against, set
after set: each was kept apart until it was measured. `HELD_OUT` are the
last sets.
"""

from . import (
    bank_1,
    bank_2,
    bank_3,
    bank_held_out,
    bank_held_out_2,
    held_out,
    held_out_2,
    held_out_3,
    tuned_1,
    tuned_2,
    tuned_3,
    tuned_4,
    tuned_5,
    tuned_6,
    tuned_7,
    tuned_8,
    tuned_9,
)
from .form import Form, build

TUNED = [
    *tuned_1.FORMS,
    *tuned_2.FORMS,
    *tuned_3.FORMS,
    *tuned_4.FORMS,
    *tuned_5.FORMS,
    *tuned_6.FORMS,
    *tuned_7.FORMS,
    *tuned_8.FORMS,
    *tuned_9.FORMS,
]
HELD_OUT = [*held_out.FORMS, *held_out_2.FORMS, *held_out_3.FORMS]
BANK_TUNED = [*bank_1.CASES, *bank_2.CASES, *bank_3.CASES]
BANK_HELD_OUT = [*bank_held_out.CASES, *bank_held_out_2.CASES]

__all__ = ["BANK_HELD_OUT", "BANK_TUNED", "HELD_OUT", "TUNED", "Form", "build"]
