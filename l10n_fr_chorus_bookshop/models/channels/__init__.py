from . import connection
from . import connection_choice
from . import channel
from . import channel_piste
from . import channel_piste_answers
from . import connection_expiry
