"""A queue of rules that break the calls they match.

A rule is ``{"kind", "match", "times", "after", "args"}``: the next ``times`` calls
(``null``: all) whose path matches the regular expression ``match``, once ``after``
of them have passed, suffer ``kind``. One call suffers one rule at most, the first.
"""

import re
from dataclasses import asdict, dataclass, field

#: kind -> when it strikes; README.md says what each does
STAGES = {
    "refuse": "unread",
    "reset_before_read": "unread",
    "reset_after_read": "read",
    "slow": "read",
    "status": "read",
    "token_expired": "read",
    "clock_skew": "handling",
    "duplicate_page": "handling",
    "shifting_pages": "handling",
    "incident": "handling",
    "partial": "handling",
    "late": "handling",
    "lost_answer": "answer",
    "slow_then_lost": "answer",
    "status_after": "answer",
    "truncated_json": "answer",
    "wrong_types": "answer",
    "unknown_flux_state": "answer",
    "unknown_status": "answer",
    "unreadable_row": "answer",
}


@dataclass
class Rule:
    kind: str
    match: str = ""
    times: int | None = 1
    after: int = 0
    args: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.kind not in STAGES:
            raise ValueError(f"unknown kind of fault {self.kind}")
        re.compile(self.match)

    @property
    def stage(self):
        return STAGES[self.kind]


class Faults:
    def __init__(self):
        self.rules = []
        #: what really happened: kind and path of every call that suffered
        self.fired = []

    def add(self, values):
        self.rules.append(Rule(**values))

    def clear(self):
        self.rules.clear()

    def draw(self, path):
        """The rule that this call suffers, or None."""
        for rule in self.rules:
            if rule.times == 0 or not re.search(rule.match, path):
                continue
            if rule.after > 0:
                rule.after -= 1
                continue
            if rule.times is not None:
                rule.times -= 1
            self.fired.append({"kind": rule.kind, "path": path})
            return rule
        return None

    def describe(self):
        waiting = [asdict(rule) for rule in self.rules if rule.times != 0]
        return {"waiting": waiting, "fired": self.fired}


def spoil(rule, answer):
    """The JSON of an answer as a fault of the application would make it."""
    if rule.kind == "wrong_types":
        return {**{k: _wrong(v) for k, v in answer.items()}, **rule.args}
    if rule.kind == "unknown_flux_state":
        return _replace(answer, ("etatCourant",), rule.args.get("state", "IN_XYZ"))
    if rule.kind == "unknown_status":
        words = ("statut", "histoStatutCode")
        return _replace(answer, words, rule.args.get("status", "STATUT_INCONNU"))
    if rule.kind == "unreadable_row":
        return {name: _spoil_first(value) for name, value in answer.items()}
    return answer


def _spoil_first(value):
    """The first row of a list, with another type in each of its fields."""
    if isinstance(value, dict):
        return {name: _spoil_first(item) for name, item in value.items()}
    if isinstance(value, list) and value:
        return [{name: _wrong(item) for name, item in value[0].items()}, *value[1:]]
    return value


def _wrong(value):
    if isinstance(value, str):
        return 7
    if isinstance(value, list):
        return "liste"
    return [{"valeur": "?"}]


def _replace(value, prefixes, new):
    """Every text under a key that starts with one of ``prefixes`` becomes ``new``."""
    if isinstance(value, list):
        return [_replace(item, prefixes, new) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: new
        if isinstance(item, str) and key.startswith(prefixes)
        else _replace(item, prefixes, new)
        for key, item in value.items()
    }
