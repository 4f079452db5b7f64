from . import validate_account_move
from . import inspection_grant
