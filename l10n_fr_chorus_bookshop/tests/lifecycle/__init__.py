from . import test_to_sort
