"""Play the story inside `odoo shell`, for `setup/bookshop demo`.

Prints a table a bookseller can read, then one line of JSON; exits with 1 when an
invoice was lost or sent twice.
"""

import json
import os
import sys
from collections import Counter

from story.plan import ENDS, SALES, TO_COMPLETE, WRONG_ENGAGEMENT
from story.portal import PortalStory
from story.shop import Story
from story.words import say

# How the story is told, by way out; the API's own by default.
STORIES = {"portal": PortalStory}


def tell(env):
    """Play the story; return the summary."""
    story = STORIES.get(os.environ["BOOKSHOP_CHANNEL"], Story)(env)
    story.connect()
    story.plan()
    story.tell_everything()
    posted = story.moves.filtered(lambda move: move.state == "posted")
    story.send(posted)
    story.closed_service()
    say("\nEnvoi et suivi…")
    expected = Counter(ENDS.get(one[3], one[3]) for one in SALES)
    story.follow(lambda: story.unreached(expected))
    story.correct(
        story.moves.filtered(
            lambda move: (
                move.l10n_fr_chorus_state == "REJETEE"
                and move.purchase_order_reference == WRONG_ENGAGEMENT
            )
        )
    )
    suspended = story.moves.filtered(
        lambda move: move.purchase_order_reference == TO_COMPLETE
    )
    completed = story.complete(suspended)

    def answered():
        left = [f"{move.name}, complétée" for move in completed if not completes(move)]
        if not story.corrected():
            left.append("la facture corrigée, mise en paiement")
        return story.unsettled() + left

    story.follow(answered)
    story.bank()
    say()
    story.table()
    story.export_vault()
    return story.summary()


def completes(move):
    """Tell whether the body has what was missing."""
    return move.l10n_fr_chorus_state == "COMPLETEE"


def main():
    """Tell, print the line of JSON, and leave with the verdict."""
    summary = tell(env)  # noqa: F821 - given by `odoo shell`
    say()
    say(json.dumps(summary, ensure_ascii=False))
    sys.exit(1 if summary["lost"] or summary["doubled"] else 0)


main()
