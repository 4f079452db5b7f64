from . import document
from . import ir_attachment
from . import ir_http
from . import order_form
from . import res_partner
from . import sale_order
from . import sale_order_form
from . import ticket
