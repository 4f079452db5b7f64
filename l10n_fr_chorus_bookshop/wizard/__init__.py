from . import portal_import
from . import portal_round
from . import portal_state
from . import send_by
from . import validate_account_move
