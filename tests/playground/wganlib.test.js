// On the same weights, losses, penalty, gradients and updates are wganlib's, and the exact distance is POT's.
"use strict";
const test = require("node:test");
const { Playground, near } = require("./load.js");
const { settings, games, distances } = require("./from_wganlib.json");

const { network, penalty, spectral, training, exactDistance } = Playground;
const { zSize, width, batch, rate } = settings;
const arrays = lists => lists.map(list => Float64Array.from(list));

for (const [game, { given, expected }] of Object.entries(games)) {
  const chosen = { game, lambda: settings.lambda, c: settings.c };
  const real = Float64Array.from(given.real), z = Float64Array.from(given.z), alpha = Float64Array.from(given.alpha);
  const make = () => ({
    generator: { sizes: [zSize, width, width, 2], parameters: arrays(given.generator) },
    critic: { sizes: [2, width, width, 1], parameters: arrays(given.critic) },
  });
  const judging = (critic, vectors) => (game === "spectral" ? spectral.divided(critic, vectors) : critic);

  test(`${game}: the generator's loss, its gradients and the advice to its points`, () => {
    const { generator, critic } = make();
    const judge = judging(critic, arrays(given.vectors));
    const found = training.generatorGradients(chosen, generator, judge, z, batch);
    near(found.points, expected.fake);
    near(found.loss, expected.generator_loss);
    expected.generator_gradients.forEach((gradient, p) => near(found.gradients[p], gradient));
    near(found.arrows, expected.advice);
  });

  test(`${game}: the slopes of the critic`, () => {
    const judge = judging(make().critic, arrays(given.vectors));
    near(penalty.norms(penalty.slopes(judge, real, batch).gradient, batch), expected.norms);
  });

  test(`${game}: the critic's loss, its gradients and its weights after two updates`, () => {
    const { generator, critic } = make();
    const fake = network.forward(generator, z, batch).output;
    const optimizer = training.GAMES[game].optimizer(critic.parameters);
    let vectors = arrays(given.vectors);
    for (const update of [1, 2]) {
      const judge = judging(critic, vectors);
      const found = training.criticGradients(chosen, judge, real, fake, alpha);
      if (game === "spectral") {
        found.gradients = spectral.throughDivision(judge, found.gradients);
        vectors = judge.directions.map(({ u }) => u);
      }
      if (update === 1) {
        near(found.loss, expected.critic_loss);
        expected.critic_gradients.forEach((gradient, p) => near(found.gradients[p], gradient));
      }
      optimizer(found.gradients, rate);
      if (game === "clipping") training.clip(critic.parameters, settings.c);
    }
    expected.critic_after_two_updates.forEach((values, p) => near(critic.parameters[p], values));
  });
}

for (const { real, fake, distance } of distances) {
  test(`the exact distance of ${real.length / 2} points is POT's`, () => {
    near(exactDistance(Float64Array.from(real), Float64Array.from(fake)), distance, 1e-6);
  });
}
