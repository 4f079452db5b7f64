"""A first visit to Odoo's pages, so that people do not wait for its assets."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

_ASSET = re.compile(r'(?:href|src)="(/web/assets/[^"]+)"')
#: The style of printed documents; the wrong version leads to the right one.
_PRINTED = [
    f"/web/assets/0/web.{bundle}.min.css"
    for bundle in ("report_assets_common", "report_assets_pdf")
]
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def warm_up(url: str, login: str = "admin", password: str = "admin") -> None:
    """Sign in and fetch the assets of the first pages, which builds them."""
    visitor = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
    )

    def fetch(path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        with visitor.open(url + path, data, timeout=120) as answer:
            return answer.read().decode(errors="replace")

    sign_in = fetch("/web/login")
    token = _TOKEN.search(sign_in)
    form = {"login": login, "password": password}
    home = fetch("/web/login", {**form, "csrf_token": token[1] if token else ""})
    for path in dict.fromkeys([*_ASSET.findall(sign_in + home), *_PRINTED]):
        fetch(path.replace("&amp;", "&"))
