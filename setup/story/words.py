"""What the story says aloud."""


def say(text=""):
    """Print one line at once: the story is watched while it runs."""
    print(text, flush=True)


def indent(error):
    """An error's lines, shifted."""
    return str(error).replace("\n", "\n  ")
