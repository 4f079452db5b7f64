from . import leave
from . import validate_account_move
