from . import res_partner
from . import account_move
from . import ir_actions_report
