// A generator and a critic that train against each other, one update at a time.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.training = (() => {
  const { network, penalty, spectral, losses, optimizers, makeRandom } = Playground;
  const BATCH = 128, Z_SIZE = 4, ON_SCREEN = 200, SETTLING = 30;

  const GAMES = {
    minimax: {
      critic: losses.minimaxDiscriminator, generator: losses.minimaxGenerator, optimizer: optimizers.forGan,
    },
    nonsaturating: {
      critic: losses.minimaxDiscriminator, generator: losses.nonSaturatingGenerator, optimizer: optimizers.forGan,
    },
    clipping: {
      critic: losses.wassersteinCritic, generator: losses.wassersteinGenerator, optimizer: optimizers.forClipping,
    },
    penalty: {
      critic: losses.wassersteinCritic, generator: losses.wassersteinGenerator, optimizer: optimizers.forPenalty,
    },
    spectral: {
      critic: losses.wassersteinCritic, generator: losses.wassersteinGenerator, optimizer: optimizers.forPenalty,
    },
  };

  const normals = (count, random) => Float64Array.from({ length: count }, random.normal);
  const values = (of, points) => network.forward(of, points, points.length / 2).output;

  // The critic's loss and its gradients for given points: what wganlib computes from the same weights.
  function criticGradients(settings, critic, real, fake, alpha) {
    const game = GAMES[settings.game], n = real.length / 2;
    const both = new Float64Array(4 * n);
    both.set(real);
    both.set(fake, 2 * n);
    const trace = network.forward(critic, both, 2 * n);
    const found = game.critic(trace.output.slice(0, n), trace.output.slice(n));
    const upstream = new Float64Array(2 * n);
    upstream.set(found.real);
    upstream.set(found.fake, n);
    let { gradients } = network.backward(critic, trace, upstream), loss = found.loss;
    if (settings.game === "penalty" && settings.lambda > 0) {
      const cost = penalty.penalty(critic, penalty.between(real, fake, alpha), n);
      loss += settings.lambda * cost.value;
      gradients = gradients.map((g, p) => g.map((value, i) => value + settings.lambda * cost.gradients[p][i]));
    }
    return { loss, gradients };
  }

  // The generator's loss, its gradients, and where each generated point is pushed: −∂L/∂x, times the number of points.
  function generatorGradients(settings, generator, critic, z, n) {
    const made = network.forward(generator, z, n);
    const judged = network.forward(critic, made.output, n);
    const { loss, fake } = GAMES[settings.game].generator(judged.output);
    const { input } = network.back(critic, judged, fake);
    const { gradients } = network.backward(generator, made, input);
    return { loss, gradients, points: made.output, arrows: input.map(g => -n * g) };
  }

  // Every weight and bias to [−c, c] (arXiv 1701.07875, Algorithm 1, line 7).
  function clip(parameters, c) {
    for (const values of parameters) values.forEach((value, i) => (values[i] = Math.max(-c, Math.min(c, value))));
  }

  class Training {
    // settings: as in settings.js; sample(n, random): real points.
    constructor(settings, sample) {
      Object.assign(this, { settings, sample, random: makeRandom(settings.seed), steps: 0, updates: 0, turn: 0 });
      const { width } = settings;
      this.generator = network.make([Z_SIZE, width, width, 2], this.random);
      this.generatorOptimizer = GAMES[settings.game].optimizer(this.generator.parameters);
      this.resetCritic();
      // What is on the screen stays the same but for what the networks do with it.
      const fixed = makeRandom(settings.seed + 1000);
      this.screen = {
        z: normals(Z_SIZE * ON_SCREEN, fixed), real: sample(ON_SCREEN, fixed), others: sample(ON_SCREEN, fixed),
        alpha: Float64Array.from({ length: ON_SCREEN }, fixed.uniform),
      };
    }

    resetCritic() {
      const { width, game } = this.settings;
      this.critic = network.make([2, width, width, 1], this.random);
      this.criticOptimizer = GAMES[game].optimizer(this.critic.parameters);
      this.vectors = spectral.start(this.critic, this.random);
      for (let k = 0; k < SETTLING; k++) this.iterate(spectral.divided(this.critic, this.vectors));
      if (game === "clipping") clip(this.critic.parameters, this.settings.c);
    }

    // The critic as it judges: with spectral normalisation, its kernels divided by their norms.
    judging() {
      return this.settings.game === "spectral" ? spectral.divided(this.critic, this.vectors) : this.critic;
    }

    iterate({ directions }) {
      this.vectors = directions.map(({ u }) => u);
    }

    updateCritic() {
      const { random, settings } = this;
      const real = this.sample(BATCH, random);
      const fake = network.forward(this.generator, normals(Z_SIZE * BATCH, random), BATCH).output;
      const alpha = Float64Array.from({ length: BATCH }, random.uniform);
      const critic = this.judging();
      const { gradients } = criticGradients(settings, critic, real, fake, alpha);
      if (settings.game === "spectral") {
        this.iterate(critic);
        this.criticOptimizer(spectral.throughDivision(critic, gradients), settings.criticRate);
      } else this.criticOptimizer(gradients, settings.criticRate);
      if (settings.game === "clipping") clip(this.critic.parameters, settings.c);
      this.updates++;
    }

    updateGenerator() {
      const z = normals(Z_SIZE * BATCH, this.random);
      const { gradients } = generatorGradients(this.settings, this.generator, this.judging(), z, BATCH);
      this.generatorOptimizer(gradients, this.settings.generatorRate);
    }

    // One update of one network; true where it ended a step: `critics` critic updates, then one of the generator.
    advance(learns = this.settings.learns) {
      if (learns !== "generator" && this.turn < this.settings.critics) {
        this.updateCritic();
        this.turn++;
        if (learns === "both" || this.turn < this.settings.critics) return false;
      } else if (learns !== "critic") this.updateGenerator();
      this.turn = 0;
      this.steps++;
      return true;
    }

    step() {
      while (!this.advance());
    }

    // What the panels show, measured on the points of the screen.
    look() {
      const { z, real, alpha } = this.screen, { settings } = this, critic = this.judging();
      const made = generatorGradients(settings, this.generator, critic, z, ON_SCREEN), fake = made.points;
      const between = penalty.between(real, fake, alpha);
      const norms = penalty.norms(penalty.slopes(critic, between, ON_SCREEN).gradient, ON_SCREEN);
      const ofReal = values(critic, real), ofFake = values(critic, fake);
      const price = settings.game === "penalty" ? settings.lambda * losses.mean(norms, norm => (norm - 1) ** 2) : 0;
      return {
        step: this.steps, real, fake, arrows: made.arrows, norms,
        estimate: losses.mean(ofReal) - losses.mean(ofFake),
        criticLoss: GAMES[settings.game].critic(ofReal, ofFake).loss + price,
        generatorLoss: made.loss,
      };
    }

    // The critic's values and slopes on a grid of side × side points over [−extent, extent]².
    map(side, extent) {
      const points = new Float64Array(2 * side * side);
      for (let row = 0, at = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          points[at++] = extent * ((2 * column) / (side - 1) - 1);
          points[at++] = extent * (1 - (2 * row) / (side - 1));
        }
      }
      const { trace, gradient } = penalty.slopes(this.judging(), points, side * side);
      return { side, extent, values: trace.output, slopes: penalty.norms(gradient, side * side) };
    }

    kernels() {
      return this.critic.parameters.filter((_, index) => index % 2 === 0);
    }
  }

  const isWasserstein = game => GAMES[game].critic === losses.wassersteinCritic;
  return { GAMES, Training, criticGradients, generatorGradients, clip, isWasserstein, BATCH, ON_SCREEN };
})();
