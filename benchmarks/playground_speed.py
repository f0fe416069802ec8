"""How fast the playground trains in Chromium, how many frames it leaves when idle, and how large it is.

    python benchmarks/playground_speed.py [--seconds 10]

Two hidden layers of 64, batch 128, gradient penalty, n_critic 1, "as fast as it can", at 1,440 × 900, drawing included.
Where other programs keep the cores busy, the steps for each second of the page's processor time tell what it would do.
Needs `pip install -e ".[browser]"` and the system's Chromium.
"""

import argparse
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "site" / "playground"
SETTINGS = "game=penalty&width=64&critics=1"
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FRAMES = """milliseconds => new Promise(done => {
  let frames = 0;
  const start = performance.now();
  const count = () => {
    frames++;
    if (performance.now() - start < milliseconds) requestAnimationFrame(count);
    else done(frames / (performance.now() - start) * 1000);
  };
  requestAnimationFrame(count);
})"""


def thread_time(devtools):
    """Seconds that the page's main thread has had a core."""
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return metrics["ThreadTime"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=10, help="how long it trains")
    seconds = parser.parse_args().seconds
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{(FOLDER / 'index.html').as_uri()}#{SETTINGS}")
        page.wait_for_timeout(1000)
        idle = page.evaluate(FRAMES, 3000)
        page.click("#play")
        page.wait_for_timeout(2000)  # until its functions are compiled
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        rates, processor, first = [], thread_time(devtools), page.evaluate("Playground.page.session.steps")
        for _ in range(seconds):
            before = page.evaluate("[Playground.page.session.steps, performance.now()]")
            page.wait_for_timeout(1000)
            after = page.evaluate("[Playground.page.session.steps, performance.now()]")
            rates.append(1000 * (after[0] - before[0]) / (after[1] - before[1]))
        per_second = (page.evaluate("Playground.page.session.steps") - first) / (thread_time(devtools) - processor)
        frames = page.evaluate(FRAMES, 2000)
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    print(f"training: {statistics.median(rates):.0f} steps a second ({min(rates):.0f} to {max(rates):.0f})")
    print(f"          {per_second:.0f} for each second of processor time of the page's thread")
    print(f"frames a second: {idle:.0f} idle, {frames:.0f} while it trains")
    print(f"size: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
