from . import leave
from . import account_move_reversal
from . import allow_partial
from . import complete
from . import readdress
from . import validate_account_move
