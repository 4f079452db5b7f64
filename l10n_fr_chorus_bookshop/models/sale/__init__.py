from . import sale_order
from . import sale_order_checks
from . import sale_order_grouping
from . import document
