from . import base
from . import ir_rule
