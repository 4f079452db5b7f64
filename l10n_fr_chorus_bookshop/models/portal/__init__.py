from . import submission
from . import channel_portal
from . import res_company
from . import account_move
from . import platform_mail
