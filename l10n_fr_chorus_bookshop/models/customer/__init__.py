from . import res_partner
from . import res_partner_verify
from . import res_partner_obligation
