from . import res_partner_due
from . import account_move
from . import account_move_bank
from . import account_move_stage
from . import account_move_reminder
from . import account_bank_statement_line
from . import submission
