from . import contact
from . import guide
from . import guide_step
from . import guide_missing
from . import guide_exercise
