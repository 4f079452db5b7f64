from . import res_partner
from . import account_move
from . import account_move_reminder
from . import submission
