"""A notebook in JupyterLab, as its reader's hands meet it: run all cells, move the controls, answer the quiz."""

import re
import time

PICTURE = ".jp-Notebook img.wganlib-explorer, .jp-Notebook .wganlib-explorer img"
DEAD = re.compile(r"Loading widget|Error displaying widget|Error creating widget|[Mm]odel not found|Failed to load")
# What a picture shows now: its address changes with every redraw, its bytes only when the figure does.
BYTES = """async image => {
  const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))).join('.');
}"""
# Whether the picture, or a box around it inside the output, is wider than what holds it.
SCROLLS = """image => {
  for (let box = image; !box.classList.contains('jp-OutputArea'); box = box.parentElement)
    if (box.scrollWidth > box.clientWidth && ['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return true;
  return false;
}"""
# A control at its end of the scale changes nothing, so no picture is waited for once the kernel has long done nothing.
LOOKS_AT_REST = 12


class NotebookPage:
    """Args: page: Playwright's; lab: a `Lab`; name: of the notebook; shots: a folder for screenshots."""

    def __init__(self, page, lab, name, shots):
        self.page, self.lab, self.name, self.shots = page, lab, name, shots

    def shoot(self, name, element=None):
        (element or self.page).screenshot(path=self.shots / f"{re.sub('[^A-Za-z0-9]+', '_', name)}.png")

    def open(self):
        self.page.goto(self.lab.address(self.name))
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        # Before the kernel is ready, Run All Cells does nothing.
        self.page.locator("#jp-main-statusbar", has_text=re.compile(r"\| Idle")).wait_for()
        self._wait(self._kernel_rests, 120)
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
        self.shoot("opened")

    def _kernel_rests(self):
        return [kernel["execution_state"] for kernel in self.lab.ask("kernels")] == ["idle"]

    # Running.

    def run_all(self, limit):
        """Run → Run All Cells; returns when every cell has its number, a cell has failed, or the time is over."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        self._wait(self.started, 60)
        self._wait(lambda: self.errors() or not self.not_run(), limit)
        self.page.wait_for_timeout(2000)  # the last outputs are drawn
        self.shoot("run")

    def _wait(self, is_so, seconds):
        end = time.monotonic() + seconds
        while not is_so() and time.monotonic() < end:
            self.page.wait_for_timeout(500)

    def _prompts(self):
        # Their contents, since for what is visible the whole page would be laid out at every look.
        return self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()

    def started(self):
        return any(re.search(r"\d|\*", prompt) for prompt in self._prompts())

    def not_run(self):
        """How many code cells have not finished."""
        return sum(not re.search(r"\d", prompt) for prompt in self._prompts())

    def errors(self):
        """The texts of failed cells."""
        found = self.page.locator(".jp-Notebook [data-mime-type='application/vnd.jupyter.error']")
        return [text[-400:] for text in found.all_text_contents()]

    def dead(self):
        """Messages that JupyterLab shows in the place of a widget."""
        outputs = self.page.locator(".jp-Notebook .jp-OutputArea-output").all_inner_texts()
        return [text[:120] for text in outputs if DEAD.search(text)]

    # Explorers.

    def pictures(self):
        return self.page.locator(PICTURE)

    def try_explorer(self, number):
        """Moves each control of an explorer; yields (its name, whether the picture changed)."""
        picture = self.pictures().nth(number)
        output = picture.locator("xpath=ancestor::div[contains(@class,'jp-OutputArea-output')][1]")
        output.scroll_into_view_if_needed()
        self.shoot(f"explorer {number}", output)
        controls = output.locator(".widget-hbox").first.locator(":scope > *")
        for index in range(controls.count()):
            control = controls.nth(index)
            if not control.is_visible():
                continue
            label = " ".join(control.inner_text().split())[:40] or f"control {index}"
            yield label, any(self._changes(picture, move) for move in _moves(control))
            self.shoot(f"explorer {number} {index} {label[:20]}", output)

    def _changes(self, picture, move, seconds=20):
        """Whether a move changes a picture before the kernel has been at rest for a while, or the time is over."""
        before = picture.evaluate(BYTES)
        move()
        end, rest = time.monotonic() + seconds, 0
        while rest < LOOKS_AT_REST and time.monotonic() < end:
            self.page.wait_for_timeout(150)
            rest = rest + 1 if self._kernel_rests() else 0
            try:
                if picture.evaluate(BYTES) != before:
                    return True
            except Exception as problem:  # the picture was replaced while it was read
                if "Failed to fetch" not in str(problem):
                    raise
        return False

    def scrolling_explorers(self, width=1024):
        """The numbers of the explorers that get a horizontal scroll bar in a window of this width."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": before["height"]})
        self.page.wait_for_timeout(500)
        found = [number for number in range(self.pictures().count()) if self.pictures().nth(number).evaluate(SCROLLS)]
        self.page.set_viewport_size(before)
        return found

    # The quiz.

    def mute_questions(self):
        """The questions of the quiz whose first answer gives no feedback."""
        questions, mute = self.page.locator(".jp-Notebook .Quiz"), []
        for index in range(questions.count()):
            question = questions.nth(index)
            if question.locator("label.MCButton").count():
                question.locator("label.MCButton").first.click()
                self.page.wait_for_timeout(200)
                if not question.locator(".Feedback").inner_text().strip():
                    mute.append(index)
        return mute

    def read_through(self):
        """Screenshots from top to bottom."""
        page = self.page
        page.set_viewport_size({"width": 1366, "height": 1500})
        scroller = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").first
        scroller.evaluate("e => e.scrollTo(0, 0)")
        for number in range(60):
            page.wait_for_timeout(300)
            self.shoot(f"page {number:02d}", scroller)
            if scroller.evaluate(
                "e => { const y = e.scrollTop; e.scrollBy(0, e.clientHeight - 60); return e.scrollTop === y }"
            ):
                break


def _moves(control):
    """What a hand can do to a control, one after the other: functions that do it."""
    handle, select, buttons = control.locator(".noUi-handle"), control.locator("select"), control.locator("button")
    if handle.count():
        return [lambda key=key: handle.first.press(key) for key in ("ArrowRight", "ArrowLeft") for _ in range(3)]
    if select.count():
        now = select.evaluate("s => s.selectedIndex")
        others = [index for index in range(select.locator("option").count()) if index != now]
        return [lambda index=index: select.select_option(index=index) for index in others]
    if buttons.count():
        return [lambda index=index: buttons.nth(index).click() for index in [*range(1, buttons.count()), 0]]
    return [lambda: control.locator("input").first.click()]
