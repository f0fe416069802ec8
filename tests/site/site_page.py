"""A page of the site as a visitor's hands and eyes meet it."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

# What axe-core asks of a page (WCAG 2.1, A and AA). MathJax' drawings carry their own description.
AXE = """exclude => axe.run({exclude}, {
  preload: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
})"""


class SitePage:
    """Args: page: Playwright's; folder: of the site; name: of the page in it; shot: a file for its screenshot."""

    def __init__(self, page, folder, name, shot):
        self.page, self.complaints, self.foreign = page, [], []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        page.goto(f"{folder.as_uri()}/{name}", wait_until="load")
        page.wait_for_timeout(300)
        page.screenshot(path=shot)

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.foreign.append(request.url)

    def overhang(self):
        """How many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def barriers(self, axe, exclude=("mjx-container",)):
        """What axe-core finds: ["rule: element", …], and pictures without a word."""
        self.page.add_script_tag(content=axe)
        found = self.page.evaluate(AXE, [[selector] for selector in exclude])["violations"]
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]] + self.mute()

    def mute(self):
        """Pictures of the text whose alt text is missing or empty."""
        return self.page.locator(".bd-article img:not([alt]), .bd-article img[alt='']").evaluate_all(
            "images => images.map(image => 'no alt text: ' + image.src)"
        )

    def explorers(self):
        return self.page.locator(".explorer").all()

    def moves(self, explorer):
        """Moves each control of an explorer by one; yields (its label, whether another picture is shown)."""
        picture = explorer.locator("img")
        picture.scroll_into_view_if_needed()
        for control in explorer.locator("[data-count]").all():
            before = self.drawn(picture)
            if control.evaluate("element => element.tagName") == "SELECT":
                control.select_option(index=(control.evaluate("element => element.selectedIndex") + 1) % 2)
            else:
                at_end = control.evaluate("element => element.value === element.max")
                control.press("ArrowLeft" if at_end else "ArrowRight")
            self.page.wait_for_function("image => image.complete && image.naturalWidth", arg=picture.element_handle())
            label = control.locator("xpath=ancestor::label/span").inner_text()
            yield label, self.drawn(picture) != before

    @staticmethod
    def drawn(picture):
        """The bytes of the file that a picture shows."""
        return Path(url2pathname(urlsplit(picture.evaluate("image => image.src")).path)).read_bytes()
