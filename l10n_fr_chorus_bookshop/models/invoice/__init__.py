from . import account_move
from . import account_move_checks
from . import account_move_guards
from . import account_move_engagement
from . import account_move_customer
from . import account_move_forgotten
from . import account_journal
from . import account_move_dashboard
