"""The two ways the application says no."""


class RefusedError(Exception):
    """A business error: HTTP 200 with ``codeRetour`` other than 0."""

    def __init__(self, code, label):
        super().__init__(label)
        self.code = code
        self.label = label


class MalformedError(Exception):
    """A request that the Swagger does not allow: HTTP 400."""
