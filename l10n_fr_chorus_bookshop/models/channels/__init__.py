from . import channel
from . import channel_piste
from . import connection
from . import connection_secrets
from . import connection_directory
from . import connection_health
