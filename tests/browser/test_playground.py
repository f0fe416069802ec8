"""The playground (site/playground) as its reader meets it: a file in Chromium, without a server or a network."""

import re
import subprocess
from pathlib import Path

import playground as extension
import pytest
from playwright._impl._driver import compute_driver_executable

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "site" / "playground"
PAGE = (FOLDER / "index.html").as_uri()
SHOTS = ROOT / "runs" / "browser" / "playground"
STEPS = "Playground.page.session.steps"
GENERATOR = "Playground.page.session.generator.parameters.map(values => [...values])"
CRITIC = "Playground.page.session.critic.parameters.map(values => [...values])"
REAL = "[...Playground.page.session.screen.real]"
# How many colours a canvas shows; one that nothing was drawn on shows one.
COLOURS = """canvas => new Set(new Uint32Array(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""


@pytest.fixture
def visit(browser):
    """visit(hash, width=…, …) → the page; whatever it says in the console, or asks of a network, fails the test."""
    contexts, complaints = [], []

    def open_page(settings="", width=1280, height=800, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("request", lambda request: request.url.startswith("http") and complaints.append(request.url))
        page.goto(f"{PAGE}#{settings}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def until(page, condition):
    page.wait_for_function(condition)


def shoot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_its_scripts_pass_their_own_tests():
    node = compute_driver_executable()[0]  # Playwright brings one
    tests = sorted((ROOT / "tests" / "playground").glob("*.test.js"))
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert int(re.search(r"pass (\d+)", done.stdout)[1]) > 50


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_opens_in_every_width_and_theme_and_draws_all_its_panels(visit, width, theme):
    page = visit("data=ring&tour=4", width=width, color_scheme=theme)
    page.click("#play")
    until(page, f"{STEPS} >= 3")
    page.click("#play")
    until(page, "Playground.page.history.length > 0")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    for canvas in page.locator("canvas").all():
        assert canvas.evaluate(COLOURS) > 5
        assert len(canvas.get_attribute("aria-label")) > 20
    shoot(page, f"{width}_{theme}")


def test_play_pause_step_and_reset(visit):
    page = visit("width=16")
    assert page.evaluate(STEPS) == 0
    start = page.evaluate(GENERATOR)
    page.click("#step")
    assert page.evaluate(STEPS) == 1
    page.click("#play")
    until(page, f"{STEPS} >= 20 && Playground.page.history.length >= 3")
    page.click("#play")
    stopped = page.evaluate(STEPS)
    page.wait_for_timeout(300)
    assert page.evaluate(STEPS) == stopped and page.evaluate(GENERATOR) != start
    history = page.evaluate("Playground.page.history.map(({ step, exact, estimate }) => [step, exact, estimate])")
    assert all(exact > 0 for _, exact, _ in history)
    page.click("#reset")
    assert page.evaluate(STEPS) == 0 and page.evaluate(GENERATOR) == start


def test_the_speed_is_kept(visit):
    page = visit("width=8&speed=slow")
    page.click("#play")
    page.wait_for_timeout(2000)
    assert 2 <= page.evaluate(STEPS) <= 6


def test_one_link_shows_everyone_the_same_training(visit):
    link = "data=spiral&game=spectral&width=16&seed=7"
    results = []
    for width in (1280, 390):
        page = visit(link, width=width)
        for _ in range(3):
            page.click("#step")
        results.append(page.evaluate(GENERATOR))
    assert results[0] == results[1]


def test_controls_write_the_link_and_the_link_sets_the_controls(visit):
    page = visit()
    page.select_option("#set-game", "clipping")
    page.select_option("#set-data", "ring")
    page.locator("#set-c").press("ArrowLeft")
    page.locator("#set-width").press("Home")
    page.locator("#set-seed").fill("12")
    page.locator("#set-seed").press("Enter")
    page.click("#share")
    address = page.input_value("#address")
    assert address == page.url
    other = visit(address.partition("#")[2])
    settings = "JSON.stringify(Playground.page.settings)"
    assert other.evaluate(settings) == page.evaluate(settings)
    shown = [other.input_value(f"#set-{name}") for name in ("game", "data", "seed")]
    assert shown == ["clipping", "ring", "12"]
    assert other.locator("[data-setting=c] output").inner_text() == "0.03"
    assert other.locator("#set-c").is_visible() and not other.locator("#set-lambda").is_visible()


def test_what_it_leads_to_exists_in_a_clone_and_the_sites_copy_leads_to_the_site(tmp_path, browser):
    extension.copy_for_site(FOLDER, tmp_path)
    for folder, start, chapter in (
        (FOLDER, "../../README.md", "../../notebooks/06_wgan.ipynb"),
        (tmp_path, "../index.html", "../chapters/06_wgan.html"),
    ):
        page = browser.new_page()
        page.goto(f"{(folder / 'index.html').as_uri()}#tour=3")
        assert page.locator("header a").get_attribute("href") == start
        assert page.locator("[data-tour=chapter]").get_attribute("href") == chapter
        assert page.locator("[data-tour=notebook]").is_visible() == chapter.endswith(".ipynb")
        assert folder is tmp_path or all((folder / target).is_file() for target in (start, chapter))
        page.close()


def test_a_link_with_a_slip_says_so_and_shows_the_rest(visit):
    page = visit("lambda=7&data=ring", width=390)
    assert "lambda" in page.locator("#message").inner_text()
    assert page.evaluate("Playground.page.settings.data") == "ring"
    page.evaluate("location.hash = `drawing=${'A'.repeat(2001)}`")
    until(page, "document.getElementById('message').textContent.includes('drawing')")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate("location.hash = 'data=spiral'")
    until(page, "Playground.page.settings.data === 'spiral'")
    assert page.locator("#message").inner_text() == ""


def test_a_drawing_becomes_the_real_points_and_travels_in_the_link(visit):
    page = visit("width=8")
    page.select_option("#set-data", "drawn")
    for button in ("#play", "#step", "#best"):  # nothing is drawn yet
        page.click(button)
        assert page.evaluate("[Playground.page.playing, Playground.page.session.updates]") == [False, 0]
    assert page.locator("[data-panel=distance] .figures").inner_text() == ""
    canvas = page.locator("[data-panel=points] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + 0.72 * box["width"], box["y"] + 0.2 * box["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 0.5 * box["height"], steps=4)
    page.mouse.up()
    real = page.evaluate(REAL)
    assert min(real[::2]) > 0.5 and max(real[::2]) < 1.7 and max(real[1::2]) > 0.7 and min(real[1::2]) < -0.5
    assert len(set(round(value, 1) for value in real[1::2])) > 10
    page.click("#play")
    until(page, f"{STEPS} >= 2")
    page.click("#play")
    other = visit(page.url.partition("#")[2])
    assert other.evaluate(REAL) == real
    other.click("#clear-drawing")
    assert other.evaluate("Playground.page.settings.drawing") == ""


def test_it_works_by_keyboard_alone(visit):
    page = visit("data=drawn&width=8")
    page.locator("[data-panel=points] canvas").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "ArrowUp", " "):
        page.keyboard.press(key)
    assert len(page.evaluate("Playground.page.settings.drawing")) == 4
    page.locator("#play").focus()
    page.keyboard.press("Enter")
    until(page, f"{STEPS} >= 2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Step, which pauses
    assert page.evaluate("document.activeElement.id") == "step"
    assert page.evaluate("Playground.page.playing") is False
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "set-critics":
            break
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Playground.page.settings.critics") == 2


def test_the_critic_can_be_held_trained_to_its_best_and_reset(visit):
    page = visit("width=8&learns=generator")
    critic, generator = page.evaluate(CRITIC), page.evaluate(GENERATOR)
    page.click("#step")
    assert page.evaluate(CRITIC) == critic and page.evaluate(GENERATOR) != generator
    generator = page.evaluate(GENERATOR)
    page.click("#best")
    until(page, "!Playground.page.playing && Playground.page.session.updates === 500")
    assert page.evaluate(CRITIC) != critic and page.evaluate(GENERATOR) == generator
    measured = "Playground.page.history.at(-1)?.step === Playground.page.session.steps"
    until(page, measured)
    best, losses = page.evaluate(CRITIC), page.locator("[data-panel=losses] .figures")
    said = losses.inner_text()
    page.click("#reset-critic")
    until(page, measured)
    assert losses.inner_text() != said
    assert losses.inner_text() == page.evaluate("""() => {
      const { criticLoss, generatorLoss } = Playground.page.session.look(), { figure } = Playground.words;
      return `critic ${figure(criticLoss)} · generator ${figure(generatorLoss)}`;
    }""")
    assert page.evaluate(CRITIC) != best and page.evaluate(GENERATOR) == generator


def test_a_reset_ends_the_training_to_the_best_and_no_other(visit):
    page = visit("width=8")
    page.click("#best")
    page.click("#reset")
    assert page.evaluate("[Playground.page.playing, Playground.page.left]") == [False, 0]
    page.click("#play")
    page.click("#reset")
    assert page.evaluate("Playground.page.playing") is True
    page.click("#play")


def test_a_full_drawing_says_so(visit):
    text = "".join(row + column for row in "ABCDEFGHI" for column in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst")
    page = visit(f"data=drawn&width=8&drawing={text[:798]}")
    page.locator("[data-panel=points] canvas").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("Playground.page.settings.drawing.length") == 800
    assert "full" in page.locator("#message").inner_text()
    page.click("#clear-drawing")
    assert page.locator("#message").inner_text() == ""


def test_the_tour_goes_through_its_steps_and_each_names_its_chapter(visit):
    page = visit("seed=5")
    page.locator("[data-tour=next]").click()
    for step in range(1, 7):
        assert page.evaluate("Playground.page.settings.tour") == step
        assert page.locator("[data-tour=steps] [aria-current=step]").inner_text() == str(step)
        for choice in page.locator("[data-tour=choices] button").all():
            choice.click()
            assert choice.get_attribute("aria-pressed") == "true"
            assert page.locator("[data-tour=choices] [aria-pressed=true]").count() == 1
            until(page, f"{STEPS} >= 2")
        page.click("#play")
        assert (FOLDER / page.locator("[data-tour=chapter]").get_attribute("href")).is_file()
        assert page.locator("[data-tour=notebook]").is_visible()
        assert f"tour={step}" in page.url
        shoot(page, f"tour_{step}")
        page.locator("[data-tour=next]").click()
    assert page.evaluate("Playground.page.settings.tour") == 0
    assert not page.locator("[data-tour=body]").is_visible()


def test_a_training_that_diverges_stops_and_says_so(visit):
    page = visit("width=8")
    page.click("#play")
    page.evaluate("void Playground.page.session.critic.parameters[0].fill(NaN)")
    until(page, "!Playground.page.playing")
    assert page.locator("#message").inner_text() != ""
    page.click("#reset")
    page.click("#step")
    until(page, "Playground.page.history.length > 0")
    assert page.locator("#message").inner_text() == ""


def test_the_theme_is_chosen_and_remembered(visit):
    page = visit(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    page.click("#theme")  # as the system, light, dark
    assert page.evaluate(ground) != light
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
