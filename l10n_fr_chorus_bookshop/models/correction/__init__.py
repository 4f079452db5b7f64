from . import operation
from . import account_move_credit
from . import account_move_todo
from . import account_move_answers
