"""Every call that reached the platform, and the exchanges recorded on demand."""

from collections import Counter

#: a deposited file is recorded by its first characters only
LONGEST_TEXT = 200


class Journal:
    def __init__(self):
        self.calls = []
        self.exchanges = []

    def call(self, when, method, path, status, fault):
        self.calls.append(
            {"time": when, "method": method, "path": path, "status": status}
            | ({"fault": fault} if fault else {})
        )

    def exchange(self, method, path, request, status, response):
        self.exchanges.append(
            {
                "method": method,
                "path": path,
                "request": _shorten(request),
                "status": status,
                "response": _shorten(response),
            }
        )

    def counts(self):
        return dict(Counter(call["path"] for call in self.calls))


def _shorten(value):
    if isinstance(value, dict):
        return {key: _shorten(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shorten(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT]
    return value
