from . import vault
from . import inspection
