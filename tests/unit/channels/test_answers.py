"""What every channel answers holds words, whoever made it."""

from chorus.channels.answers import News


def test_what_the_shop_does_not_know_of_a_sending_is_no_word():
    """Odoo's empty fields are False: a deposit or a buyer without a number."""
    none = False
    news = News("F-1", "380", none, none, "", "", None, flux_number=none)
    assert (news.seller_siret, news.buyer_siret, news.flux_number) == ("", "", "")
