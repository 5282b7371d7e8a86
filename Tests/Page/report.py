"""Looks at the page that `draftspool report --html` makes of finished batches."""

import subprocess
from pathlib import Path

from browser import Browser

ONE_LINE = """Array.from(document.querySelectorAll("th, td:not(.long)")).every(cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return new Set(Array.from(range.getClientRects(), box => Math.round(box.top))).size <= 1;
})"""
WHOLE_TEXTS = """Array.from(document.querySelectorAll("svg text")).every(text => {
    const box = text.getBBox();
    return box.x >= 0 && box.x + box.width <= text.ownerSVGElement.viewBox.baseVal.width;
})"""


def report(browser: Browser, program: Path, outputs: list[Path], shots: Path) -> None:
    page = shots / "report.html"
    subprocess.run([program, "report", "--html", page, *outputs], check=True)
    for kind, arguments in (("light", {}), ("dark", {"dark": True}),
                            ("phone", {"width": 360, "height": 740, "mobile": True})):
        tab = browser.open(**arguments)
        tab.go(page.as_uri())
        tab.shoot(shots / f"report-{kind}.png")
        assert tab.requests == [page.as_uri()], tab.requests
        assert not tab.complaints and not tab.evaluate("window.violations.length"), tab.complaints
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{kind}: the page is too wide"
        assert tab.evaluate(ONE_LINE), f"{kind}: a figure is broken over lines"
        assert tab.evaluate(WHOLE_TEXTS), f"{kind}: a text of a chart is cut off"
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(13, 17, 23)" if kind == "dark" else "rgb(255, 255, 255)"), (kind, ground)
        tab.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "wide", "the keyboard does not reach what is scrolled"
