from . import profile
from . import connection
from . import operator_reply
from . import transmission
from . import channel_dilifac
from . import res_company
