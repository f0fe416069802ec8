// All six panels of the page: when each is drawn, and the line of figures under it.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.makePanels = () => {
  const { words, training, distributions, pointsPanel, landscapePanel, linesPanel, histogramPanel } = Playground;
  const { figure } = words;
  const SIDE = 41; // of the landscape's grid
  const panels = Object.fromEntries([...document.querySelectorAll("[data-panel]")].map(node => [node.dataset.panel, {
    node, canvas: node.querySelector("canvas"), sentence: node.querySelector(".sentence"),
    figures: node.querySelector(".figures"),
  }]));
  let box = null;

  function isSeen(canvas) {
    const { top, bottom } = canvas.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  // Draws at most every `shortest` ms and for at most a share of the time, so that the training gets the rest.
  function paced(draw, shortest, share) {
    let last = -Infinity, cost = 0;
    return (all, ...rest) => {
      const now = performance.now();
      if (!all && now - last < Math.max(shortest, cost / share)) return false;
      draw(all, ...rest);
      last = performance.now();
      cost = last - now;
      return true;
    };
  }

  // The figures under a panel are also what its picture is called for those who cannot see it.
  function say(name, text) {
    const { canvas, figures, node } = panels[name];
    figures.textContent = text;
    canvas.setAttribute("aria-label", `${node.querySelector("h2").textContent}. ${text}`);
  }

  function drawPoints(seen, settings, brush) {
    box = pointsPanel.draw(panels.points.canvas, seen, brush);
    const { modesReached } = distributions;
    const reached = settings.data === "eight" ? ` · clusters reached: ${modesReached(seen.fake)} of 8` : "";
    const away = pointsPanel.outside(seen.fake);
    say("points", `typical strength of the advice ${figure(pointsPanel.typicalLength(seen.arrows))}${reached}`
      + (away ? ` · ${away} of the made points outside the picture` : ""));
  }

  function drawSteepness({ norms }, settings) {
    const sorted = norms.slice().sort(), middle = sorted[Math.floor(sorted.length / 2)];
    const range = [0, histogramPanel.rounded(norms, 2)];
    const lines = [{ at: 1, name: "1" }];
    histogramPanel.draw(panels.steepness.canvas, {
      values: norms, range, xLabel: "slope of the critic", yLabel: "% of places", lines,
    });
    say("steepness", `half of the slopes are below ${figure(middle)}, the largest is ${figure(sorted.at(-1))}`);
  }

  function drawLandscape(session) {
    const { step, low, high } = landscapePanel.draw(panels.landscape.canvas, session.map(SIDE, Playground.EXTENT));
    say("landscape", step ? `scores from ${figure(low)} to ${figure(high)}, a line every ${figure(step)}` : "flat");
  }

  function drawWeights(session, settings) {
    const values = Float64Array.from(session.kernels().flatMap(kernel => [...kernel]));
    const clipped = settings.game === "clipping", c = settings.c;
    const limit = clipped ? 1.2 * c : histogramPanel.rounded(values, 0.5);
    const lines = clipped ? [{ at: -c, name: "−c" }, { at: c, name: "c" }] : [];
    histogramPanel.draw(panels.weights.canvas, {
      values, range: [-limit, limit], xLabel: "weight of the critic", yLabel: "% of weights", lines,
    });
    const atLimit = values.filter(value => Math.abs(value) >= 0.98 * c).length;
    say("weights", clipped ? `${figure((100 * atLimit) / values.length)} % of the weights are at ±c`
      : `${values.length} weights, the largest ${figure(values.reduce((most, w) => Math.max(most, Math.abs(w)), 0))}`);
  }

  function drawDistance(history, settings, floor) {
    const steps = history.map(entry => entry.step), last = history.at(-1);
    const estimates = training.isWasserstein(settings.game);
    const series = [{ values: history.map(entry => entry.exact), colour: "exact", shape: "diamond" }];
    if (estimates) series.push({ values: history.map(entry => entry.estimate), colour: "estimate", shape: "circle" });
    const level = floor === null ? undefined : { value: floor };
    linesPanel.draw(panels.distance.canvas, { steps, series, yLabel: "distance", level, withZero: true });
    panels.distance.node.querySelector("[data-key=estimate]").hidden = !estimates;
    say("distance", last ? `exact ${figure(last.exact)}${estimates ? ` · estimate ${figure(last.estimate)}` : ""}`
      + ` · two real samples ${figure(floor)}` : "");
  }

  function drawLosses(history) {
    const steps = history.map(entry => entry.step), last = history.at(-1);
    const series = [
      { values: history.map(entry => entry.criticLoss), colour: "estimate", shape: "circle" },
      { values: history.map(entry => entry.generatorLoss), colour: "fake", shape: "triangle" },
    ];
    linesPanel.draw(panels.losses.canvas, { steps, series, yLabel: "loss" });
    say("losses", last ? `critic ${figure(last.criticLoss)} · generator ${figure(last.generatorLoss)}` : "");
  }

  const seenOnly = (name, all, draw) => (all || isSeen(panels[name].canvas)) && draw();
  const often = paced((all, seen, settings, brush) => {
    seenOnly("points", all, () => drawPoints(seen, settings, brush));
    seenOnly("steepness", all, () => drawSteepness(seen, settings));
  }, 30, 0.25);
  const seldom = paced((all, session, settings) => {
    seenOnly("landscape", all, () => drawLandscape(session));
    seenOnly("weights", all, () => drawWeights(session, settings));
  }, 150, 0.12);
  const curves = paced((all, history, settings, floor) => {
    seenOnly("distance", all, () => drawDistance(history, settings, floor));
    seenOnly("losses", all, () => drawLosses(history));
  }, 100, 0.1);

  function showSentences(game) {
    for (const [name, text] of Object.entries(words.sentences(game))) panels[name].sentence.textContent = text;
  }

  return { often, seldom, curves, showSentences, pointsCanvas: panels.points.canvas, pointsBox: () => box };
};
