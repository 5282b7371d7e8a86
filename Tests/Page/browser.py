"""A headless Chromium, spoken to by the DevTools protocol over a pipe: it needs no port and nothing but the browser."""

import base64
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


class Browser:
    """Runs as long as the block that it is used in."""

    def __init__(self, program: str):
        self.program = program

    def __enter__(self) -> "Browser":
        self.directory = tempfile.TemporaryDirectory(prefix="draftspool-chromium-", ignore_cleanup_errors=True)
        to_read, self.requests = os.pipe()
        self.answers, to_write = os.pipe()
        command = [
            self.program, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-extensions", "--hide-scrollbars",
            "--no-proxy-server", f"--user-data-dir={self.directory.name}", "about:blank"]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        # The protocol is on descriptors 3 and 4.
        wrapped = ["bash", "-c", 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"', "browser", str(to_read), str(to_write)]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(wrapped + command, pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=self.log)
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.replies: queue.Queue = queue.Queue()
        self.tabs: dict[str, Tab] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, failure, *_) -> None:
        os.close(self.requests)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if failure:
            self.log.seek(0)
            said = self.log.read().decode(errors="replace")[-10000:]
            sys.stderr.write(f"the browser ended with {self.process.returncode}, and said:\n{said}\n")
        self.log.close()
        self.directory.cleanup()

    def _listen(self) -> None:
        rest = b""
        while piece := os.read(self.answers, 1 << 16):
            *messages, rest = (rest + piece).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self.replies.put(message)
                elif tab := self.tabs.get(message.get("sessionId", "")):
                    tab.take(message["method"], message["params"])
        self.replies.put(None)

    def send(self, method: str, session: str | None = None, **parameters) -> dict:
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.requests, json.dumps(request).encode() + b"\0")
        while True:
            reply = self.replies.get(timeout=60)
            assert reply, "the browser has ended"
            if reply["id"] == self.number:
                assert "error" not in reply, (method, reply["error"])
                return reply["result"]

    def open(self, **arguments) -> "Tab":
        return Tab(self, **arguments)


class Tab:
    """A page, with all that it asked for and all that it complained of."""

    def __init__(self, browser: Browser, scripts: bool = True, dark: bool = False, width: int = 1200,
                 height: int = 1000, mobile: bool = False):
        self.browser = browser
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.statuses: dict[str, int] = {}
        self.has_loaded = threading.Event()
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.tabs[self.session] = self
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Page.addScriptToEvaluateOnNewDocument", source="""
            window.violations = [];
            document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
                `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));""")
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        if not scripts:
            self.send("Emulation.setScriptExecutionDisabled", value=True)

    def send(self, method: str, **parameters) -> dict:
        return self.browser.send(method, self.session, **parameters)

    def take(self, method: str, parameters: dict) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Network.responseReceived":
            self.statuses[parameters["response"]["url"]] = parameters["response"]["status"]
        elif method == "Log.entryAdded":
            entry = parameters["entry"]
            if entry["level"] in ("error", "warning"):
                self.complaints.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(parameters["args"]))
        elif method == "Page.loadEventFired":
            self.has_loaded.set()

    def go(self, url: str) -> None:
        self.has_loaded.clear()
        result = self.send("Page.navigate", url=url)
        assert "errorText" not in result, (url, result["errorText"])
        assert self.has_loaded.wait(60), f"{url} does not load"

    def evaluate(self, script: str):
        """The value of an expression in the page, also where its own scripts are switched off."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, (script, result["exceptionDetails"])
        return result["result"].get("value")

    def until(self, script: str, seconds: float = 60):
        """Waits until an expression is true in the page."""
        deadline = time.monotonic() + seconds
        while not (value := self.evaluate(script)):
            assert time.monotonic() < deadline, (
                f"not within {seconds} s: {script}\n" + self.evaluate("document.body.innerText"))
            time.sleep(0.1)
        return value

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[key], text="\r" if key == "Enter" else "")

    def shoot(self, path: Path) -> None:
        """Takes a picture of the whole page."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1})
        path.write_bytes(base64.b64decode(picture["data"]))
