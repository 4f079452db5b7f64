from . import approved_platform
from . import connection
from . import incoming_flow
from . import channel_approved
from . import res_company
