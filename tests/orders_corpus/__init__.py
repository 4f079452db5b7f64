"""Order forms made for the tests: invented bodies, their layouts as bodies print them.

Each form is drawn from rows of text whose columns become places on the page. What a
reader should find stands beside it. `TUNED` is what the reader was written against, set
after set: each was kept apart until it was measured. `HELD_OUT` is the last set:
nothing was changed for its sake.
"""

from . import held_out, tuned_1, tuned_2, tuned_3, tuned_4
from .form import Form, build

TUNED = [*tuned_1.FORMS, *tuned_2.FORMS, *tuned_3.FORMS, *tuned_4.FORMS]
HELD_OUT = held_out.FORMS

__all__ = ["HELD_OUT", "TUNED", "Form", "build"]
