from . import account_move
from . import account_move_checks
from . import account_move_posting
from . import account_move_guards
from . import account_move_unsent
from . import account_journal
from . import account_move_front_page
from . import account_move_dashboard
