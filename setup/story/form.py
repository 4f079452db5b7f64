"""The order form of a body."""

import base64
import io

from reportlab.pdfgen.canvas import Canvas


def order_form(name, values, books):
    """A body's order form, as a PDF in base64."""
    rows = [
        (40, name),
        (320, f"Bon de commande n° {values['order']} du 03/02/2026"),
        (40, f"SIRET : {values['siret']}"),
        (40, f"N° d'engagement : {values['engagement']}"),
        (320, f"Code service : {values['service']}"),
        (40, f"Marché n° {values['market']}"),
        (40, "ISBN"),
        (320, "Quantité"),
        *(
            place
            for ean, quantity in books.items()
            for place in ((40, ean), (320, str(quantity)))
        ),
    ]
    file, y = io.BytesIO(), 800
    canvas = Canvas(file)
    for x, words in rows:
        y -= 18 * (x == 40)
        canvas.drawString(x, y, words)
    canvas.save()
    return base64.b64encode(file.getvalue()).decode()
