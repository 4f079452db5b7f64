from . import structure
from . import service
from . import exemption
from . import engagement
from . import change
from . import directory_import
from . import directory_source
