"""R37: what a mail of the platform says, as far as it can be read.

The true layouts are not public: these are made up from what is known (digests by
state, immediate notice of a refusal, the portal's labels).
"""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.portal.mail import MAX_TEXT, Mention, candidates, read, text_of

NUMBERS = {"FAC/2026/00012", "FAC/2026/00013", "RFAC/2026/00001"}

DIGEST = """
<html><head><style>p {color: red}</style></head><body>
<p>Bonjour,</p><p>Voici l'activit&eacute; du 24/11/2026 :</p>
<h3>Factures mises à disposition</h3>
<table><tr><th>N° de facture</th><th>Destinataire</th></tr>
<tr><td>FAC/2026/00012</td><td>COMMUNE DE LILLE</td></tr></table>
<h3>Factures suspendues</h3>
<ul><li>FAC/2026/00013 (COMMUNE DE LYON) - Motif : LIVR_INCOMP, trois titres</li></ul>
</body></html>
"""


def said(mentions):
    """Mentions without the sentences they were read from."""
    return [replace(one, sentences=()) for one in mentions]


def mails():
    """The mails of `mails.txt`, each with what must be read of it."""
    text = (Path(__file__).parent / "mails.txt").read_text()
    for mail in text.split("\n=== ")[1:]:
        words, _line, expected = mail.partition("\n---\n")
        subject, _end, body = words.partition("\n")
        rows = [row.partition(" = ") for row in expected.strip().split("\n")]
        yield pytest.param(
            subject,
            body,
            {
                number.removesuffix(" ="): tuple(said.partition(" | ")[::2])
                for number, _equals, said in rows
            },
            id=body.split("\n")[-1][:30],
        )


@pytest.mark.parametrize(("subject", "body", "expected"), list(mails()))
def test_the_mails_of_the_table(subject, body, expected):
    numbers = NUMBERS | {"CPP0011117000000000425903"}
    assert numbers >= candidates(body) & numbers
    found = read(subject, body, candidates(body) & numbers)
    assert {one.number: (one.code, one.reason) for one in found} == expected
    lines = [subject, *body.splitlines()]
    for one in found:
        assert one.sentences and set(one.sentences) <= set(lines)
        assert any(one.number in line for line in one.sentences)


@pytest.mark.parametrize(
    "word", ["motif ", "motif: ", "suspendue ", "FAC/2026/1 ", "("]
)
def test_a_mail_of_two_hundred_kilobytes_takes_no_time(word):
    body = word * (MAX_TEXT // len(word))
    begun = time.thread_time()
    read(body, text_of(body), candidates(body))
    assert time.thread_time() - begun < 1


def test_a_digest_gives_each_invoice_the_state_above_it():
    assert said(read("[Chorus Pro] Activité", text_of(DIGEST), NUMBERS)) == [
        Mention("FAC/2026/00012", "MISE_A_DISPOSITION"),
        Mention("FAC/2026/00013", "SUSPENDUE", "LIVR_INCOMP, trois titres"),
    ]


def test_a_notice_says_all_in_one_sentence():
    text = "Votre facture FAC/2026/00012 déposée le 12/11/2026 a été rejetée."
    assert said(read("[Chorus Pro]", text, NUMBERS)) == [
        Mention("FAC/2026/00012", "REJETEE")
    ]


def test_a_reason_on_its_own_line_belongs_to_the_invoice_above():
    text = "La facture FAC/2026/00012 a été suspendue.\nMotif : pièce manquante"
    assert said(read("", text, NUMBERS)) == [
        Mention("FAC/2026/00012", "SUSPENDUE", "pièce manquante")
    ]


def test_the_subject_counts():
    subject = "[Chorus Pro] Facture RFAC/2026/00001 mandatée"
    assert said(read(subject, "Bonjour", NUMBERS)) == [
        Mention("RFAC/2026/00001", "MANDATEE")
    ]


def test_two_states_for_one_invoice_are_none():
    text = "FAC/2026/00012 : suspendue\nFAC/2026/00012 : rejetée"
    assert said(read("", text, NUMBERS)) == [Mention("FAC/2026/00012", "")]


def test_a_number_without_any_state_is_still_met():
    assert said(read("", "Au sujet de FAC/2026/00013.", NUMBERS)) == [
        Mention("FAC/2026/00013")
    ]


def test_a_number_is_met_whole_or_not_at_all():
    text = "rejetée : FAC/2026/000123, XFAC/2026/00012 et FAC/2026/00012/B"
    assert said(read("", text, NUMBERS)) == []


def test_nonsense_says_nothing():
    assert (
        said(read("Gagnez un vélo", text_of("<p>Cliquez 123 ici !</p>"), NUMBERS)) == []
    )


def test_candidates_have_a_figure():
    assert candidates("La facture FAC/2026/00012, du 24/11.") == {
        "FAC/2026/00012",
        "24/11",
    }


def test_nothing_to_see_in_a_mail_without_words():
    assert text_of("") == text_of("<!-- -->") == text_of("   ") == ""


def test_plain_text_is_read_too():
    assert text_of("Bonjour\nFAC/2026/00012") in (
        "Bonjour\nFAC/2026/00012",
        "Bonjour FAC/2026/00012",
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>Votre facture\n  FAC/2026/00012 a été\nrejetée</p>",
        "<div>Votre&nbsp;facture FAC&#47;2026&#47;00012 : Rejet<b>&eacute;e</b></div>",
        "<section>Bonjour</section><section>FAC/2026/00012 re\u00adjetée</section>",
        "<pre>&gt; Bonjour,\n&gt; FAC/2026/00012 : rejetée\n</pre>",
        "> Bonjour,\n>> FAC/2026/00012 a été rejetée.\n",
        "De : <nepasrepondre@chorus.example>\nSuspendues : <3>\nFAC/2026/00012 rejetée",
        # Cut at the seventieth letter, as mailers do.
        (
            "Nous avons le regret de vous dire que votre facture FAC/2026/00012 a été\n"
            "rejetée par son destinataire."
        ),
        "FAC/2026/00012 a e\u0301te\u0301 rejete\u0301e",
    ],
)
def test_however_a_mail_is_written(body):
    text = text_of(body)
    [mention] = read("Suivi", text, candidates(text) & NUMBERS)
    assert (mention.number, mention.code) == ("FAC/2026/00012", "REJETEE")
    assert mention.sentences[-1] in text


def test_a_row_of_a_digest_does_not_go_on_in_the_next_title():
    text = text_of(
        "Factures suspendues\nFAC/2026/00012 COMMUNE DE SAINT-REMY-EN-BOUZEMONT 12,50"
        "\nfactures mises en paiement\nFAC/2026/00013\n"
    )
    found = read("", text, candidates(text) & NUMBERS)
    assert [one.code for one in found] == ["SUSPENDUE", "MISE_EN_PAIEMENT"]


def test_a_huge_mail_is_cut():
    assert len(text_of("<p>" + "a " * MAX_TEXT + "</p>")) <= MAX_TEXT


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_written_nothing_breaks(body, subject):
    text = text_of(body)
    numbers = candidates(text)
    assert {mention.number for mention in read(subject, text, numbers)} <= numbers
