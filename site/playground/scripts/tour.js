// Six things to see, each a setting of the page with what to do and what to look for.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

// `look` is what the reader will see; `choices` are the settings to compare, the first one set on arrival.
Playground.tour = [
  {
    title: "A teacher who is too sure",
    chapter: ["04_gan", "04 · The original GAN"],
    text: "The original GAN asks a discriminator: real or made? Here only the discriminator learns. Press play, and it "
      + "soon tells the two clouds apart without a doubt.",
    look: "Nearly all arrows fade to dots: with this loss, a discriminator that is sure has nothing left to say. The "
      + "same discriminator still speaks through the other loss.",
    choices: [
      { name: "Saturating loss", settings: { game: "minimax", learns: "critic", criticRate: 0.005 } },
      { name: "Non-saturating loss", settings: { game: "nonsaturating", learns: "critic", criticRate: 0.005 } },
    ],
  },
  {
    title: "Everyone to the same place",
    chapter: ["08_tricks_and_metrics", "08 · Mode collapse, tricks and metrics"],
    text: "Eight real clusters. This generator learns faster than the discriminator can follow, and puts its points "
      + "wherever they pass for real just now.",
    look: "The orange triangles huddle in one place and move on together when the discriminator has caught them: "
      + "mode collapse. Under the picture, “clusters reached” stays far below eight. With balanced rates it need not "
      + "happen.",
    choices: [
      {
        name: "Generator ten times as fast",
        settings: { game: "nonsaturating", generatorRate: 0.01, criticRate: 0.001 },
      },
      { name: "Balanced rates", settings: { game: "nonsaturating" } },
    ],
  },
  {
    title: "Clipping: too small, too large",
    chapter: ["06_wgan", "06 · WGAN: weight clipping"],
    text: "The first WGAN kept its critic from growing too steep by cutting every weight off at −c and c. But how "
      + "large should c be? Only the critic learns here.",
    look: "Small c: the critic is flat, the arrows vanish. Large c: it is hundreds of times too steep, and its "
      + "estimate with it. In between it fits by luck. In the last panel the weights pile up at the limits.",
    choices: [
      { name: "c = 0.01", settings: { game: "clipping", learns: "critic", c: 0.01, criticRate: 0.0001 } },
      { name: "c = 0.1", settings: { game: "clipping", learns: "critic", c: 0.1, criticRate: 0.001 } },
      { name: "c = 1", settings: { game: "clipping", learns: "critic", c: 1, criticRate: 0.01 } },
    ],
  },
  {
    title: "A price on the slope",
    chapter: ["07_wgan_gp", "07 · WGAN-GP"],
    text: "WGAN-GP lets the weights be and charges the critic for every slope that is not 1. λ says how dearly.",
    look: "With λ = 1 the steepness bars gather around 1, and the triangles flow into all eight clusters while the "
      + "exact distance sinks towards that of two real samples. With λ = 0 slopes and estimate soon are many times "
      + "too large: the points may still find their way, but the estimate no longer says how far it is.",
    choices: [
      { name: "λ = 1", settings: { game: "penalty" } },
      { name: "λ = 0, no price", settings: { game: "penalty", lambda: 0 } },
      { name: "A spiral", settings: { game: "penalty", data: "spiral" } },
    ],
  },
  {
    title: "How often to ask the critic",
    chapter: ["12_four_questions", "12 · Four questions of 2017"],
    text: "A critic that learns slowly gives old advice. n_critic says how many lessons it gets before the generator "
      + "moves once.",
    look: "With one lesson the points overshoot and swing about, and the estimate has little to do with the exact "
      + "distance. With ten the estimate follows it, for several times the work in each step.",
    choices: [
      { name: "n_critic = 1", settings: { game: "penalty", criticRate: 0.0005 } },
      { name: "n_critic = 10", settings: { game: "penalty", criticRate: 0.0005, critics: 10 } },
    ],
  },
  {
    title: "What the critic measures",
    chapter: ["05_distances", "05 · Distances between distributions"],
    text: "The generator rests and the critic learns alone. At its best, its estimate is the Wasserstein distance: how "
      + "far the points have to travel on average, by the cheapest plan.",
    look: "The estimate climbs to the exact distance W and stays a little above it, since under a penalty of weight λ "
      + "the slope settles at about 1 + W/(2λ): here 1.06 for λ = 10, and 1.6 for λ = 1.",
    choices: [
      { name: "λ = 10", settings: { game: "penalty", learns: "critic", lambda: 10, criticRate: 0.002 } },
      { name: "λ = 1", settings: { game: "penalty", learns: "critic", lambda: 1, criticRate: 0.002 } },
    ],
  },
];
