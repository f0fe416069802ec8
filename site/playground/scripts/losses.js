// The losses of wganlib/losses.py, each with its derivative with respect to every value of the critic.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.losses = (() => {
  const softplus = x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const sigmoid = x => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
  const mean = (values, of = x => x) => values.reduce((sum, x) => sum + of(x), 0) / values.length;
  const each = (values, slope) => values.map(x => slope(x) / values.length);

  return {
    mean,

    // −mean log D(x) − mean log(1 − D(G(z))), D = sigmoid of the values (arXiv 1406.2661, eq. 1).
    minimaxDiscriminator: (real, fake) => ({
      loss: mean(real, x => softplus(-x)) + mean(fake, softplus),
      real: each(real, x => -sigmoid(-x)),
      fake: each(fake, sigmoid),
    }),

    // mean D(G(z)) − mean D(x) (arXiv 1701.07875, Algorithm 1): minus the estimate.
    wassersteinCritic: (real, fake) => ({
      loss: mean(fake) - mean(real),
      real: each(real, () => -1),
      fake: each(fake, () => 1),
    }),

    // mean log(1 − D(G(z))): saturates.
    minimaxGenerator: fake => ({ loss: -mean(fake, softplus), fake: each(fake, x => -sigmoid(x)) }),

    // −mean log D(G(z)).
    nonSaturatingGenerator: fake => ({ loss: mean(fake, x => softplus(-x)), fake: each(fake, x => -sigmoid(-x)) }),

    // −mean D(G(z)).
    wassersteinGenerator: fake => ({ loss: -mean(fake), fake: each(fake, () => -1) }),
  };
})();
