"""The bank's end: which invoices a line of the statement pays (R46)."""

from .line import Line
from .match import Candidate, Due, candidates

__all__ = ["Candidate", "Due", "Line", "candidates"]
