from . import vault
from . import inspection
from . import checkout
from . import webhook
from . import profile
