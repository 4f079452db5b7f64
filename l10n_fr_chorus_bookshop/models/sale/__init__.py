from . import document
from . import order_form
from . import sale_order
from . import sale_order_form
from . import sale_order_grouping
from . import res_company
