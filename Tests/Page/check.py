"""Looks at the daemon's page with a browser, as people do.

The daemon runs with the demo model, on a port with a token. What can be named is named by markup that would do something
if it were taken for anything but text.
"""

import argparse
import base64
import json
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from browser import Browser, Tab
from daemon import DEMO_ENGINE, Daemon, free_port
from report import report
from waiting import within

TOKEN = "a-token-of-some-length"
HOSTILE = "<b id=\"bad\" onclick=\"bad()\">\"\u0301 onfocus=bad() '<script>bad()</script>&lt;{{name}}\u202e"
WEB = """\
web:
  listen: 127.0.0.1:{port}
  token-file: {root}/token
"""


class Site:
    def __init__(self, root: Path, options: argparse.Namespace):
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}/"
        self.signed_in = f"http://anybody:{TOKEN}@127.0.0.1:{port}/"
        (root / "token").write_text(TOKEN + "\n")
        settings = DEMO_ENGINE + WEB
        self.daemon = Daemon(options.daemon, root, settings.format(
            root=root, server=options.server, model=Path(options.model).resolve(), port=port))

    def drop(self, name: str, lines: list[str | dict]) -> None:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.daemon.drop(name, "".join(text + "\n" for text in texts).encode())

    def batch(self, name: str) -> str:
        """The id of the batch of this name."""
        def ids() -> list[str]:
            return [batch["id"] for batch in self.daemon.status()["batches"] if batch["name"] == name]

        within(60, f"{name} is claimed", ids)
        return ids()[0]

    def ask(self, path: str, method: str = "GET", authorization: str | None = None) -> tuple[int, dict, str]:
        request = urllib.request.Request(self.origin + path, method=method)
        if authorization:
            request.add_header("Authorization", authorization)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()


def is_ready(site: Site) -> bool:
    site.daemon.expect_alive()
    try:
        return site.ask("healthz")[0] == 200
    except OSError:
        return False


def prompts(count: int, tokens: int = 8) -> list[str | dict]:
    lines: list[str | dict] = [
        {"id": f"{number} {HOSTILE}", "prompt": f"Say something short about {number}. {HOSTILE}", "max_tokens": tokens}
        for number in range(1, count + 1)]
    return lines + [f"<b id=\"bad\">{HOSTILE}"]


def access(site: Site) -> None:
    """The token is the page's password, and nothing else's."""
    password = "Basic " + base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
    wrong = "Basic " + base64.b64encode(b"anybody:another-token").decode()
    for path in ("", "events", "batches/none"):
        for authorization in (None, wrong):
            status, headers, text = site.ask(path, authorization=authorization)
            assert status == 401 and headers["WWW-Authenticate"].startswith("Basic "), (path, status, headers)
            assert "<h1>" in text and "frame-ancestors 'none'" in headers["Content-Security-Policy"], (path, text)
    assert site.ask("", authorization=password)[0] == 200
    for method, path in (("GET", "v1/batches"), ("POST", "v1/batches"), ("GET", "metrics"), ("POST", "")):
        assert site.ask(path, method, password)[0] == 401, (method, path)
    status, headers, text = site.ask("metrics", authorization=f"Bearer {TOKEN}")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), (status, headers)
    assert 'draftspool_state{state="ready"} 1' in text, text


def expect_in_order(tab: Tab, site: Site) -> None:
    """Nothing was run that somebody wrote into a text, asked of another place, or complained of."""
    assert tab.evaluate("document.getElementById('bad')") is None, "markup in a text became an element"
    handlers = "Array.from(document.querySelectorAll('*')).some(e => Array.from(e.attributes).some(a => a.name.startsWith('on')))"
    assert not tab.evaluate(handlers), "there is a handler in the markup"
    assert tab.evaluate("document.scripts.length") == 1
    assert tab.evaluate("window.violations ?? []") == [], tab.evaluate("window.violations")
    assert not tab.complaints, tab.complaints
    strangers = [url for url in tab.requests
                 if not url.startswith((site.origin, site.signed_in, "data:", "about:"))]
    assert not strangers, strangers


def readable(browser: Browser, url: str) -> None:
    """What a screen reader and a keyboard go by."""
    tab = browser.open()
    tab.go(url)
    assert tab.evaluate("document.documentElement.lang") == "en" and tab.evaluate("document.title")
    assert tab.evaluate("document.querySelectorAll('h1').length") == 1
    assert tab.evaluate("Array.from(document.querySelectorAll('table')).every(t => t.caption?.textContent)")
    assert tab.evaluate("Array.from(document.querySelectorAll('th')).every(t => t.scope)")
    assert tab.evaluate("Array.from(document.querySelectorAll('svg')).every(s => s.getAttribute('aria-label'))")
    ids = tab.evaluate("Array.from(document.querySelectorAll('[id]'), e => e.id)")
    assert len(ids) == len(set(ids)), "an id stands twice"
    tab.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip", "the skip link is not first"
    tab.press("Enter")
    tab.until("document.activeElement.id === 'main'")


def overview(browser: Browser, site: Site, shots: Path) -> None:
    """It changes while it is looked at, without being loaded again."""
    name = f"{HOSTILE.replace('/', '_')}.jsonl"
    tab = browser.open()
    tab.go(site.signed_in)
    tab.until("document.getElementById('freshness').textContent.includes('follows')")
    tab.evaluate("window.marker = 'the same document'")
    assert name not in tab.evaluate("document.body.textContent")
    site.drop(name, prompts(30))
    link = f"Array.from(document.querySelectorAll('a')).find(a => a.textContent === {json.dumps(name)})"
    tab.until(f"!!{link}")
    tab.evaluate(f"{link}.focus()")
    tab.until(f"document.getElementById('finished').contains({link})", seconds=240)
    tab.until("document.querySelectorAll('#speeds svg').length > 0")
    tab.until("document.getElementById('news').textContent.includes('has ended')")
    assert tab.evaluate("window.marker") == "the same document"
    tab.until("document.querySelectorAll('#lanes tbody tr').length >= 1")
    assert tab.evaluate("document.querySelectorAll('#history tbody tr').length") >= 1
    expect_in_order(tab, site)
    readable(browser, site.signed_in)
    pictures(browser, site, "", shots / "overview")
    tab.evaluate(f"{link}.focus()")
    tab.press("Enter")
    tab.until("location.pathname.startsWith('/batches/')")
    tab.until("document.querySelectorAll('article').length === 25")
    expect_in_order(tab, site)


def finished(browser: Browser, site: Site, shots: Path) -> None:
    """A finished batch has its prompts page by page."""
    batch = site.batch(f"{HOSTILE.replace('/', '_')}.jsonl")
    tab = browser.open()
    tab.go(f"{site.signed_in}batches/{batch}")
    text = tab.evaluate("document.querySelector('article').textContent")
    for part in ("answered", "Workload", "Decision", "Why", "Predicted", "Came", "Say something short about 1.", HOSTILE):
        assert part in text, (part, text)
    assert "output/" in tab.evaluate("document.getElementById('progress').textContent")
    tab.evaluate("document.querySelector('details').open = true")
    assert tab.evaluate("document.querySelector('details[open] pre').offsetHeight > 10")
    expect_in_order(tab, site)
    readable(browser, f"{site.signed_in}batches/{batch}")
    pictures(browser, site, f"batches/{batch}", shots / "batch")
    tab.has_loaded.clear()
    tab.evaluate("document.querySelector('a[rel=next]').click()")
    assert tab.has_loaded.wait(60)
    assert tab.evaluate("document.getElementById('place').textContent") == "Lines 26 to 31 of 31."
    last = tab.evaluate("document.querySelector('article:last-of-type').textContent")
    assert "unreadable" in last and "invalid_json" in last, last
    expect_in_order(tab, site)


def running(browser: Browser, site: Site) -> None:
    """The page of a batch that runs is kept up to date; what was opened stays open. That of another one is let alone."""
    other = browser.open()
    other.go(f"{site.signed_in}batches/{site.batch(HOSTILE.replace('/', '_') + '.jsonl')}")
    with site.daemon.frozen_engines():
        site.drop("running.jsonl", prompts(3))
        batch = site.batch("running.jsonl")
        tab = browser.open()
        tab.go(f"{site.signed_in}batches/{batch}")
        tab.until("document.getElementById('freshness').textContent.includes('follows')")
        tab.until("document.querySelectorAll('article').length === 4", seconds=120)
        assert tab.evaluate("document.querySelectorAll('article.answered').length") == 0
        tab.evaluate("window.marker = 'the same document'")
        tab.evaluate("document.querySelector('details').open = true")
    tab.until("document.querySelectorAll('article.answered').length === 3", seconds=240)
    assert tab.evaluate("window.marker") == "the same document"
    assert tab.evaluate("document.querySelector('details').open"), "what was opened was closed"
    tab.until("document.querySelector('#progress .state').textContent.trim() === 'done'", seconds=60)
    expect_in_order(tab, site)
    # Once when it began to follow, for what may have happened before.
    fetched = [url for url in other.requests if "/batches/" in url]
    assert len(fetched) <= 2, fetched


def without_scripts(browser: Browser, site: Site) -> None:
    """The page is whole without JavaScript."""
    tab = browser.open(scripts=False)
    tab.go(site.signed_in)
    assert "Reload the page" in tab.evaluate("document.getElementById('freshness').textContent")
    headings = tab.evaluate("Array.from(document.querySelectorAll('h2'), h => h.textContent)")
    assert headings == ["State", "Open batches", "Finished batches", "Lanes and engines", "Speed by workload and depth",
                        "Lanes over time"], headings
    assert "running.jsonl" in tab.evaluate("document.getElementById('finished').textContent")
    assert not any(url.endswith("/events") for url in tab.requests), tab.requests
    tab.has_loaded.clear()
    tab.send("Page.navigate", url=tab.evaluate("document.querySelector('#finished a').href"))
    assert tab.has_loaded.wait(60)
    assert tab.evaluate("document.querySelectorAll('article.answered').length") > 0
    expect_in_order(tab, site)


def unknown(browser: Browser, site: Site) -> None:
    tab = browser.open()
    tab.go(site.signed_in + "batches/none")
    assert 404 in tab.statuses.values(), tab.statuses
    assert tab.evaluate("document.querySelector('h1').textContent") == "There is no such page"


def pictures(browser: Browser, site: Site, path: str, name: Path) -> None:
    for kind, arguments in (("light", {}), ("dark", {"dark": True}),
                            ("phone", {"width": 360, "height": 740, "mobile": True})):
        tab = browser.open(**arguments)
        tab.go(site.signed_in + path)
        tab.shoot(name.with_name(f"{name.name}-{kind}.png"))
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{kind}: the page is too wide"
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(13, 17, 23)" if kind == "dark" else "rgb(255, 255, 255)"), (kind, ground)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("daemon", "server", "model", "browser", "screenshots"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    shots = Path(options.screenshots).resolve()
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="draftspool-page-") as directory:
        site = Site(Path(directory), options)
        with site.daemon.running():
            within(240, "the daemon serves", lambda: is_ready(site))
            access(site)
            with Browser(options.browser) as browser:
                overview(browser, site, shots)
                finished(browser, site, shots)
                report(browser, Path(options.daemon).with_name("draftspool"),
                       sorted((site.daemon.spool / "output").iterdir()), shots)
                running(browser, site)
                without_scripts(browser, site)
                unknown(browser, site)
    print(f"page: it is what people are to see; pictures are in {shots}")


if __name__ == "__main__":
    main()
