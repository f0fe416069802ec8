// The page: one training, the buttons that move it, and the address that remembers its settings.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.startPage = () => {
  const { settings: rules, training, distributions, drawing, controls, words } = Playground;
  const SLICE = [16, 60]; // ms of training in a frame, at least and at most
  const PER_SECOND = { slow: 2, steady: 10, fast: Infinity };
  const TO_ITS_BEST = 500; // critic updates
  const LONGEST_HISTORY = 600;

  const find = id => document.getElementById(id);
  const panels = Playground.makePanels();
  const page = { settings: null, session: null, history: [], floor: null, playing: false, left: 0, rate: 0 };
  let look = null, waiting = false, nextStep = 0, trained = 0, drawAll = true, counted = { steps: 0, since: 0 };

  const exact = Playground.makeExact(({ session, ...entry }) => {
    if (session !== page.session) return; // of a training that is over
    page.history.push(entry);
    if (page.history.length > LONGEST_HISTORY) page.history = page.history.filter((_, k) => k % 2 === 0);
    panels.curves(!page.playing, page.history, page.settings, page.floor);
  });

  // ----- one training ---------------------------------------------------------------------------------------------

  const sampler = () => distributions.sampler(page.settings.data, drawing.marks(page.settings.drawing));

  function restart() {
    if (page.left) pause(); // it was the old critic that went to its best
    const session = new training.Training(page.settings, sampler());
    const { real, others } = session.screen;
    const floor = isBlank() ? null : Playground.exactDistance(real, others);
    Object.assign(page, { session, history: [], left: 0, floor });
    counted = { steps: 0, since: performance.now() };
    request(true);
  }

  // What was measured at this step holds no more, since something else than a step has changed it.
  function measureAgain() {
    page.history = page.history.filter(({ step }) => step !== page.session.steps);
    request(true);
  }

  // One update of a network; true where a step ended.
  function advance() {
    if (!page.left) return page.session.advance();
    const ended = page.session.advance("critic");
    if (--page.left === 0) {
      pause();
      say(`The critic has had ${TO_ITS_BEST} more lessons while the generator rested.`);
    }
    return ended;
  }

  function train(now) {
    const perSecond = page.left ? Infinity : PER_SECOND[page.settings.speed];
    if (now < nextStep) return;
    nextStep = now + 1000 / perSecond;
    // Twice as long as the rest of a frame takes, so that two thirds of the time go to the training.
    const end = now + Math.max(SLICE[0], Math.min(SLICE[1], 2 * (now - trained)));
    for (let ended = false; page.playing && performance.now() < end; ) {
      ended = advance();
      if (ended && perSecond !== Infinity) break;
    }
    trained = performance.now();
  }

  function measureRate(now) {
    if (now - counted.since < 1000) return;
    page.rate = (1000 * (page.session.steps - counted.steps)) / (now - counted.since);
    counted = { steps: page.session.steps, since: now };
  }

  // ----- drawing it -----------------------------------------------------------------------------------------------

  function request(all) {
    drawAll ||= all;
    if (!waiting) requestAnimationFrame(frame);
    waiting = true;
  }

  function frame() {
    waiting = false;
    const now = performance.now();
    if (page.playing) {
      train(now);
      measureRate(now);
    }
    const all = drawAll;
    drawAll = false;
    show(all);
    if (page.playing) request(false);
  }

  let lastLook = -Infinity, lookCost = 0;
  function show(all) {
    const now = performance.now();
    if (all || now - lastLook > Math.max(30, 8 * lookCost)) {
      look = page.session.look();
      lookCost = performance.now() - now;
      lastLook = now;
      if (hasDiverged()) return;
      const isNew = page.history.at(-1)?.step !== look.step || !page.history.length;
      if (isNew && !isBlank() && (all || exact.isFree())) exact.ask({ session: page.session, ...look });
      panels.often(all, isBlank() ? { ...look, real: [] } : look, page.settings, surface.brush());
    }
    panels.seldom(all, page.session, page.settings);
    if (all) panels.curves(true, page.history, page.settings, page.floor);
    find("steps").textContent = page.session.steps;
    find("rate").textContent = page.playing ? `${page.rate.toFixed(0)} a second` : "";
    find("progress").textContent = page.left ? ` · ${page.left} lessons to go` : "";
  }

  function hasDiverged() {
    if ([look.estimate, ...look.fake].every(Number.isFinite)) return false;
    if (page.playing) pause();
    say("The numbers have grown past all bounds. Press Reset, and choose lower rates.");
    return true;
  }

  function say(text) {
    find("message").textContent = text;
  }

  // ----- what the reader does -------------------------------------------------------------------------------------

  const isBlank = () => page.settings.data === "drawn" && !page.settings.drawing;

  function refusesBlank() {
    if (isBlank()) say("Draw something on the first panel first.");
    return isBlank();
  }

  function play() {
    if (refusesBlank()) return;
    page.playing = true;
    counted = { steps: page.session.steps, since: performance.now() };
    showButtons();
    request(false);
  }

  function pause() {
    page.playing = false;
    page.left = 0;
    showButtons();
    request(true);
  }

  function showButtons() {
    find("play").textContent = page.playing ? "❚❚ Pause" : "▶ Play";
    find("play").setAttribute("aria-pressed", String(page.playing));
  }

  // New values of some settings; whatever needs a new training gets one.
  function set(changes) {
    const before = page.settings;
    page.settings = { ...before, ...changes };
    const restarts = name => rules.TABLE[name].restarts && page.settings[name] !== before?.[name];
    if (!before || Object.keys(rules.TABLE).some(restarts)) restart();
    page.session.settings = page.settings;
    history.replaceState(null, "", `#${rules.write(page.settings)}`);
    showSettings();
    measureAgain();
  }

  function showSettings() {
    controls.show(page.settings);
    panels.showSentences(page.settings.game);
    tourCard.show(page.settings);
    document.body.classList.toggle("on-tour", page.settings.tour > 0);
    panels.pointsCanvas.classList.toggle("drawing", page.settings.data === "drawn");
    panels.pointsCanvas.tabIndex = page.settings.data === "drawn" ? 0 : -1;
    find("link").hidden = true;
  }

  function change(name, value) {
    const willDraw = name === "data" && value === "drawn";
    say(willDraw ? "Draw on the first panel, with a finger, the mouse, or the arrow keys and Enter." : "");
    if (willDraw && !page.settings.drawing) pause();
    set({ [name]: value, ...(name === "game" ? rules.SUITED[value] : {}) });
  }

  function setTour(tour, choice) {
    pause();
    say("");
    const kept = { drawing: page.settings.drawing };
    set(choice ? { ...rules.first(), ...kept, ...rules.complete(choice.settings), tour } : { tour });
    restart();
  }

  // While a stroke goes on only the points on the screen follow it; at its end a new training begins.
  function drawn(text, done) {
    page.settings.drawing = text;
    if (done) {
      set({ drawing: text });
      restart();
      say(drawing.isFull(text) ? `The drawing is full: ${drawing.MOST} marks. Clear it to draw another.` : "");
    } else page.session.screen.real = sampler()(training.ON_SCREEN, Playground.makeRandom(page.settings.seed));
    request(true);
  }

  function showLink() {
    const field = find("address");
    field.value = location.href;
    find("link").hidden = false;
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => say("The link is copied."), () => {});
  }

  function readAddress() {
    const { settings, problems } = rules.read(location.hash.slice(1));
    pause();
    set(settings);
    say(problems.slice(0, 3).join(" "));
  }

  const surface = Playground.makeDrawingSurface(panels.pointsCanvas, {
    isDrawing: () => page.settings.data === "drawn", box: panels.pointsBox, drawing: () => page.settings.drawing, drawn,
    redraw: () => request(true),
  });
  const tourCard = Playground.makeTourCard(find("tour"), {
    set: setTour,
    play: () => {
      play();
      document.querySelector(".bar").scrollIntoView();
    },
  });
  const clicks = {
    play: () => (page.playing ? pause() : play()),
    step: () => {
      pause();
      if (refusesBlank()) return;
      page.session.step();
      request(true);
    },
    reset: () => {
      say("");
      restart();
    },
    best: () => {
      if (refusesBlank()) return;
      page.left = TO_ITS_BEST;
      play();
    },
    "reset-critic": () => {
      say("");
      page.session.resetCritic();
      measureAgain();
    },
    "clear-drawing": () => {
      pause();
      say("");
      set({ drawing: "" });
    },
    share: showLink,
  };

  controls.build(change);
  for (const [id, click] of Object.entries(clicks)) find(id).addEventListener("click", click);
  // Beside the panels there is always room for the settings; above them they are folded.
  const narrow = matchMedia("(max-width: 1000px)"), fold = () => (find("controls").open = !narrow.matches);
  narrow.addEventListener("change", fold);
  fold();
  addEventListener("hashchange", readAddress);
  addEventListener("scroll", () => request(true), { passive: true });
  new ResizeObserver(() => request(true)).observe(document.body);
  page.settings = rules.first();
  restart();
  Playground.theme.start(find("theme"), () => {
    Playground.canvas.themeChanged();
    request(true);
  });
  readAddress();
  return page;
};
