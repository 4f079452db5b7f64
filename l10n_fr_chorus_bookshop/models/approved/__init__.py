from . import approved_platform
from . import connection
from . import connection_webhook
from . import incoming_flow
from . import transmission
from . import channel_approved
from . import channel_odoo
