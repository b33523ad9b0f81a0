"""How fast the explorers answer, and what the chapter weighs, in headless Chromium.    python benchmarks/redraw.py

- From a slider's input to the new picture, laid out: 100 changes, one an animation frame, with two and with three rules of 500 updates.
- Until the chapter can be read (its text is painted) and until its first explorer answers (a slider was moved and its picture has
  followed): median over visits with an empty cache, from a server on this machine.
- What the chapter's first load transfers, file by file, each compressed as a web server would; and how much of it is our own JavaScript and CSS.

The last two need the built website (make site). Other programs on the same cores only ever add to a time.
"""

import functools
import gzip
import http.server
import json
import re
import sys
import threading
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from ipywidgets.embed import embed_data
from playwright.sync_api import sync_playwright

from adaptive_lr import SGD, AdaGrad, Adam, explorer, problems
from adaptive_lr.course.onepage import chromium
from adaptive_lr.explorer import Explorer

HTML = Path(__file__).parent.parent / "_build" / "html"
CHAPTER = "book/adagrad.html"
HOST = Path(explorer.__file__).with_name("static_host.js")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE = {"width": 1280, "height": 900}
VISITS = 11
COLUMN = 688  # pixels: of the chapter in a window of 1280

CHANGES = """async (name) => {
    const input = document.querySelector(`input[aria-label="${name}"]`), times = [];
    for (let k = 0; k < 100; k++) {
        await new Promise(requestAnimationFrame);
        const begun = performance.now();
        input.value = Math.round(input.max * k / 99);
        input.dispatchEvent(new Event("input"));
        await null; // what changed at once is drawn once
        document.body.getBoundingClientRect(); // the layout is part of it
        times.push(performance.now() - begun);
    }
    return times;
}"""
ANSWERED = """window.answered = new Promise((resolve, reject) => {
    const attempt = async () => {
        const words = document.querySelector(".lr-explorer .words"), input = document.querySelector(".lr-explorer .setting input");
        if (!words?.textContent || !input) return void setTimeout(attempt, 1);
        const before = words.textContent;
        input.value = Number(input.value) - 10;
        input.dispatchEvent(new Event("input"));
        await null;
        document.body.getBoundingClientRect();
        if (words.textContent === before) reject(new Error("a slider was moved, and the picture stayed"));
        resolve(performance.now());
    };
    attempt();
});"""


# -------------------------------------------------------------------------------------------------------------- redraws


PANELS = ("rate", "loss", "moments")
THREE = {"second": SGD(lr=0.05), "third": Adam(lr=0.1)}
PICTURES = {
    "two rules": lambda: Explorer(AdaGrad(lr=0.5), problems.ravine, second=THREE["second"], steps=500),
    "three rules": lambda: Explorer(AdaGrad(lr=0.5), problems.ravine, **THREE, steps=500),
    "three rules with moments": lambda: Explorer(AdaGrad(lr=0.5), problems.ravine, **THREE, steps=500, panels=PANELS),
    "three rules on Beale, noise": lambda: Explorer(AdaGrad(lr=0.5), problems.beale, **THREE, steps=500, noise=0.5),
}


def embedded(widget):
    """A page with this widget alone, and the host that published pages have."""
    data = embed_data([widget], drop_defaults=False)
    saved = {"state": data["manager_state"], "view": data["view_specs"][0]}
    texts = {kind: json.dumps(part).replace("</", r"<\/") for kind, part in saved.items()}
    scripts = (f'<script type="application/vnd.jupyter.widget-{kind}+json">{text}</script>' for kind, text in texts.items())
    return f'<!doctype html><body style="width: {COLUMN}px">{"".join(scripts)}<script>{HOST.read_text(encoding="utf-8")}</script>'


def redraws(browser):
    for rules, made in PICTURES.items():
        page = browser.new_page(viewport=WIDE)
        page.set_content(embedded(made()))
        page.wait_for_selector(".lr-explorer .words > span")
        for name in ("AdaGrad: learning rate η", "Ravine: condition κ"):
            if not page.locator(f'input[aria-label="{name}"]').count():
                continue
            times = page.evaluate(CHANGES, name)
            print(f"{rules} × 500 updates, {name}: median {median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms")
        page.close()


# --------------------------------------------------------------------------------------------------------- the chapter


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass


def first_load(browser, address):
    """Times of one visit with an empty cache, in milliseconds, and the files that it fetched with their bytes."""
    context, files = browser.new_context(viewport=WIDE), {}
    page = context.new_page()
    page.on("response", lambda response: files.setdefault(urlsplit(response.url).path, response))
    page.add_init_script(ANSWERED)
    page.goto(address, wait_until="networkidle")
    answers = page.evaluate("answered")
    readable = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    bodies = {path: response.body() for path, response in files.items() if urlsplit(response.url).scheme == "http"}
    context.close()
    return readable, answers, bodies


def compressed(path, body):
    return len(body) if path.endswith((".woff2", ".png", ".jpg")) else len(gzip.compress(body, 6))


def own_code(bodies):
    """Our JavaScript and CSS among what was loaded: the explorers' module and sheet, their host, the book's sheet."""
    return [body for path, body in bodies.items() if re.search(r"_static/(explorer-|static_host|book\.)", path)]


def chapter(browser):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    readable, answers, loads = zip(*(first_load(browser, f"http://127.0.0.1:{server.server_port}/{CHAPTER}") for _ in range(VISITS)))
    server.shutdown()
    print(f"\n{CHAPTER}, {VISITS} visits: can be read after {median(readable):.0f} ms, its explorers answer after {median(answers):.0f} ms")
    sizes = {path: (compressed(path, body), len(body)) for path, body in loads[0].items()}
    print(f"first load, {len(sizes)} files:\n  compressed        raw")
    for path, (small, raw) in sorted(sizes.items(), key=lambda item: -item[1][0]):
        print(f"{small / 1000:9.1f} KB {raw / 1000:9.1f} KB  {path}")
    print(f"{sum(small for small, _ in sizes.values()) / 1000:9.1f} KB {sum(raw for _, raw in sizes.values()) / 1000:9.1f} KB  in all")
    print(f"{sum(len(gzip.compress(part)) for part in own_code(loads[0])) / 1000:9.1f} KB of it our own JavaScript and CSS")


def main():
    with sync_playwright() as playwright:
        program = chromium() or sys.exit("No Chromium found: make chromium installs it, or says what to install.")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        redraws(browser)
        if (HTML / CHAPTER).exists():
            chapter(browser)
        else:
            print(f"\nThere is no {HTML / CHAPTER}: make site builds it; then its loading is measured too.")
        browser.close()


if __name__ == "__main__":
    main()
