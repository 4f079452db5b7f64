"""R27: an inspector at the server's own pages; R25: the vault stays where it is."""

import hashlib
import http.cookiejar
import io
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile

import pytest

from bookshop_tool import postgres, template, workspace
from e2e.stage import Shop, open_shop

REFERENCES = {
    "buyer_reference": "MEDIATHEQUE",
    "purchase_order_reference": "10-CULT-4471",
}


class Visitor:
    """Someone with a session on the server."""

    def __init__(self, url, database):
        self.url, self.database = url, database
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def sign_in(self, login):
        """Sign in with the password that is the login."""
        params = {"db": self.database, "login": login, "password": login}
        answer = self.json("/web/session/authenticate", **params)
        assert answer.get("result", {}).get("uid"), answer

    def json(self, path, **params):
        """Call one of the server's JSON addresses."""
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def call(self, model, method, *arguments, **named):
        """Call a model as a browser's page could."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.json(path, model=model, method=method, args=arguments, kwargs=named)

    def get(self, path):
        """Fetch a page; return its bytes and the address it came from."""
        with self.opener.open(self.url + path, timeout=120) as answer:
            return answer.read(), answer.geturl()

    def is_refused(self, path):
        """Tell whether there is nothing at this address, for this visitor."""
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            return error.code == 404
        return False


class Stage:
    """The shop, its server, what stands in its vault."""

    def __init__(self, shop, url, move, names):
        self.shop, self.url, self.move = shop, url, move
        self.names = names
        self.place = f"/chorus/inspection/{names['inspection']}"

    def visitor(self, login=None):
        """A new visitor, signed in or not."""
        visitor = Visitor(self.url, self.shop.database)
        if login:
            visitor.sign_in(login)
        return visitor


@pytest.fixture(scope="module")
def stage():
    with open_shop("e2e_proof") as shop:
        url = {"url": shop.platform.url}
        sale = {"customer": "partner_aube", **REFERENCES}
        _connected, [sent], _worked = shop.calls(
            ("connect", url), ("send", {"count": 1, **sale}), ("work", {})
        )
        names = shop.call("open_vault", move=sent["id"])
        with workspace.start_odoo(shop.database, crons=0, log=shop.log) as odoo:
            yield Stage(shop, odoo.url, sent["id"], names)


@pytest.fixture(scope="module")
def ines(stage):
    return stage.visitor("ines@impots.example")


def test_the_vault_is_listed_in_french(stage, ines):
    page, _url = ines.get(stage.place)
    text = page.decode()
    assert "FAC/2026/00001" in text
    assert "Piste d'audit" in text.replace("&#39;", "'")
    assert ines.get(f"{stage.place}?number=nothing")[0].decode().count("FAC/") == 0


def test_the_very_bytes_are_given(stage, ines):
    content, _url = ines.get(f"{stage.place}/document/{stage.names['original']}")
    assert hashlib.sha256(content).hexdigest() == stage.names["sha256"]


def test_the_trail_and_its_documents(stage, ines):
    page, _url = ines.get(f"{stage.place}/trail/{stage.move}")
    assert "10-CULT-4471" in page.decode()
    linked = f"{stage.place}/trail/{stage.move}/account.move/{stage.move}"
    assert linked in page.decode()
    for path in (linked, f"{stage.place}/trail/{stage.move}.pdf"):
        assert ines.get(path)[0].startswith(b"%PDF"), path


def test_the_export_proves_itself(stage, ines, tmp_path):
    content, _url = ines.get(f"{stage.place}/export?date_from=2026-01-01")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", "verify.py"], cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert list((tmp_path / "originals").iterdir())


def test_the_vault_is_verified(stage, ines):
    page, _url = ines.get(f"{stage.place}/verify")
    assert "alert-success" in page.decode()


def test_every_link_of_the_pages_leads_somewhere(stage, ines):
    """Whatever a page offers is opened: pages, documents, exports, forms."""
    ahead, seen = [stage.place], set()
    while ahead:
        path = ahead.pop()
        content, _url = ines.get(path)
        seen.add(path.partition("?")[0])
        if content.lstrip()[:1] != b"<":
            continue
        text = content.decode().replace("&amp;", "&")
        main = text[text.index("<main") : text.index("</main>")]
        offered = re.findall(r'(?:href|action|formaction)="([^"#]+)"', main)
        assert all(one.startswith("/chorus/inspection/") for one in offered), offered
        ahead += [one for one in offered if one.partition("?")[0] not in seen]
    assert {f"{stage.place}/verify", f"{stage.place}/export"} <= seen
    assert f"{stage.place}/trail/{stage.move}.pdf" in seen
    assert len(seen) > 6


def test_nothing_else_is_there(stage, ines):
    other = f"/chorus/inspection/{stage.names['other_inspection']}"
    for path in (
        other,
        f"{stage.place}/document/999999",
        f"{stage.place}/trail/1",
        f"{stage.place}/trail/{stage.move}/res.partner/1",
        f"{stage.place}/trail/{stage.move}/account.move/1",
        f"{stage.place}/export?date_from=yesterday",
    ):
        assert ines.is_refused(path), path


def test_another_companys_inspector_sees_none_of_it(stage):
    omar = stage.visitor("omar@impots.example")
    assert omar.is_refused(stage.place)
    theirs = f"/chorus/inspection/{stage.names['other_inspection']}"
    assert b"FAC/" not in omar.get(theirs)[0]
    assert omar.is_refused(f"{theirs}/document/{stage.names['original']}")
    assert omar.is_refused(f"{theirs}/trail/{stage.move}")


def test_no_model_answers_an_inspector(stage, ines):
    for model in ("sale.order", "account.move", "res.partner"):
        answer = ines.call(model, "search_read", [], ["display_name"])
        found = answer.get("result", [])
        names = {one["display_name"] for one in found}
        assert names <= {"ines"}, model
    for model, method in (
        ("l10n_fr_chorus.original", "l10n_fr_chorus_verify"),
        ("l10n_fr_chorus.original", "l10n_fr_chorus_export"),
    ):
        assert "error" in ines.call(model, method)
    assert "error" in ines.call(
        "account.move", "l10n_fr_chorus_audit_trail", [stage.move]
    )
    for path in (
        f"/l10n_fr_chorus/vault/original/{stage.names['original']}",
        f"/l10n_fr_chorus/audit/{stage.move}.pdf",
    ):
        with pytest.raises(urllib.error.HTTPError):
            ines.get(path)


def test_a_passer_by_must_sign_in(stage):
    _page, url = stage.visitor().get(stage.place)
    assert "/web/login" in url


def test_each_reading_is_written_down(stage):
    read = stage.shop.sql(
        "SELECT DISTINCT what FROM l10n_fr_chorus_access_log "
        "WHERE made_by LIKE '%ines@%'"
    )
    pages = {"list", "document", "trail", "linked", "export", "verify"}
    assert pages <= set(read.split())
    about = stage.shop.sql("SELECT about FROM l10n_fr_chorus_access_log")
    assert "FAC/2026/00001" in about


def test_nothing_after_the_last_day(stage, ines):
    # No job has run yet: the pages themselves look at the day.
    stage.shop.sql("UPDATE l10n_fr_chorus_inspection SET date_until = current_date - 1")
    for path in (
        "/chorus/inspection",
        stage.place,
        f"{stage.place}/document/{stage.names['original']}",
        f"{stage.place}/trail/{stage.move}",
        f"{stage.place}/export",
        f"{stage.place}/verify",
    ):
        assert ines.is_refused(path), path


def test_a_backup_restored_elsewhere_proves_the_same(stage, tmp_path):
    """R50: the drill of HOSTING.rst, with PostgreSQL's own programs."""
    here = stage.shop.call("verify")
    saved, name = tmp_path / "shop.dump", template.copy_name("restored")
    postgres.dump(stage.shop.database, saved)
    postgres.restore(saved, name)
    restored = Shop.of(stage.shop, name)
    try:
        assert restored.call("verify") == here
        assert here["ok"] and here["checked"]
        restored.sql(
            "ALTER TABLE l10n_fr_chorus_original DISABLE TRIGGER USER;"
            "UPDATE l10n_fr_chorus_original SET content = 'x' || content"
        )
        assert not restored.call("verify")["ok"]
    finally:
        restored.close()
        workspace.drop_database(name)


def test_uninstalling_is_refused_under_retention(stage):
    """R25: in a process of its own, as an administrator would."""
    shop, original = stage.shop, stage.names["original"]
    [said] = shop.finish(shop.start(("uninstall", {"original": original})))
    assert "2036-12-31" in said
    count = stage.shop.sql("SELECT count(*) FROM l10n_fr_chorus_original")
    assert "2" in count.split(), "the one sent, and the one of production"


def test_the_server_has_met_no_error(stage):
    assert stage.shop.errors() == []
