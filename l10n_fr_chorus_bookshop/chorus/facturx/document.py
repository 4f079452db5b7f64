"""The whole Factur-X of one invoice: its XML, its pages, and their checks.

Nothing here needs a record: documents are made several at once, one being typeset while
another is checked.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..invoice import Attachment, Invoice
from . import cii, pdf
from .dialect import HISTORICAL, Dialect


def facturx(
    invoice: Invoice,
    pages: Callable[[], bytes],
    files: Sequence[Attachment],
    check: Callable[[bytes], Sequence[str]],
    *,
    title: str,
    accessible: bool,
    dialect: Dialect = HISTORICAL,
) -> tuple[bytes, tuple[str, ...]]:
    """Return a PDF/A-3 with the XML inside, and what is wrong with it.

    :param pages: writes the readable invoice; not called when the XML is wrong
    :param check: says what is wrong with the XML
    :param title: what the PDF is called
    :param accessible: the pages must be PDF/UA-1, as those of our own layout are
    :return: no bytes where the XML is wrong
    """
    xml = cii.write(invoice, (), dialect)
    if problems := check(xml):
        return b"", tuple(problems)
    content = pdf.embed(
        pages(),
        xml,
        title=title,
        author=invoice.seller.name,
        made_at=datetime.now(UTC),
        attachments=files,
    )
    return content, tuple(pdf.pdfa_problems(content, accessible=accessible))
