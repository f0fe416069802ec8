// What the page says: names of settings and choices, and under each panel what to look for.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.words = (() => {
  const LABELS = {
    data: ["Real points", "What the generator is to imitate"],
    game: ["The rules", "How the two networks learn from each other"],
    lambda: ["Penalty weight λ", "What a slope other than 1 costs the critic"],
    c: ["Clipping limit c", "No weight of the critic may pass ±c"],
    critics: ["n_critic", "Critic lessons before the generator moves once"],
    generatorRate: ["Generator’s rate", "How far the generator moves in a step"],
    criticRate: ["Critic’s rate", "How far the critic moves in a step"],
    width: ["Width", "Units in each of the two hidden layers, of both networks"],
    learns: ["Who learns", "Hold one network fixed and watch the other"],
    speed: ["Speed", ""],
    seed: ["Seed", "The same number gives the same training"],
  };
  const CHOICES = {
    eight: "Eight clusters", ring: "A ring", spiral: "A spiral", drawn: "Draw your own",
    minimax: "GAN, saturating loss", nonsaturating: "GAN, non-saturating loss",
    clipping: "WGAN, weight clipping", penalty: "WGAN, gradient penalty", spectral: "WGAN, spectral norm",
    both: "both", critic: "critic only", generator: "generator only",
    slow: "2 steps a second", steady: "10 steps a second", fast: "as fast as it can",
  };

  const STEEPNESS = {
    minimax: "A discriminator may grow as steep as it likes; nothing here asks for a slope of 1.",
    nonsaturating: "A discriminator may grow as steep as it likes; nothing here asks for a slope of 1.",
    clipping: "Clipping sets no slope directly: with a small c all bars stand near 0, with a large one far above 1.",
    penalty: "The penalty pulls every slope to the line at 1, harder for a larger λ: do the bars gather around it?",
    spectral: "Each layer is at most as steep as 1, so no bar passes the line; many stay well below it.",
  };
  const WEIGHTS = {
    clipping: "Clipping cuts every weight off at the two lines. Look for the pile at either limit, and little between.",
    spectral: "The weights before each layer is divided by its norm. They may take any size: only directions count.",
    other: "Nothing limits single weights here, and they pile up nowhere. Choose weight clipping to see what it does "
      + "to them.",
  };

  const sentences = game => {
    const named = game === "minimax" || game === "nonsaturating" ? "discriminator" : "critic";
    return {
      points: "Circles are real, triangles are made. Each arrow is the advice a made point gets, cut where it would be "
        + "very long. Long arrows: clear advice. No arrows: nothing to learn from.",
      landscape: `What the ${named} thinks of every place: lines join equal scores, + marks the highest and − the `
        + "lowest. The stronger the shade, the steeper. Look for a steady slope between real and made.",
      distance: named === "critic"
        ? "The exact distance pairs each made point with a real one as cheaply as can be. Does the critic’s estimate "
          + "follow it? The dotted line is as near as two real samples come."
        : "The exact distance pairs each made point with a real one as cheaply as can be. A discriminator does not "
          + "estimate this distance, so nothing follows it here. Dotted: two real samples.",
      losses: named === "critic"
        ? "What each network tries to lower. The critic’s loss is minus its estimate, plus the penalty if there is "
          + "one; the generator’s has no zero of its own."
        : "What each network tries to lower. Compare with the distance above: do these lines tell you when the points "
          + "improve?",
      steepness: STEEPNESS[game],
      weights: WEIGHTS[game] ?? WEIGHTS.other,
    };
  };

  // Three figures, and no more digits than a reader needs.
  function figure(value) {
    if (!Number.isFinite(value)) return "not a number";
    const size = Math.abs(value);
    if (size >= 100) return String(Math.round(value)).replace("-", "−");
    if (size < 1e-6) return "0";
    if (size < 0.001) return value.toPrecision(1).replace("-", "−");
    return value.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3).replace("-", "−");
  }

  return { LABELS, CHOICES, sentences, figure };
})();
