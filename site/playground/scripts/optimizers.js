// Adam and RMSprop as Keras computes them, with the settings of wganlib's trainers.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.optimizers = (() => {
  const zeros = parameters => parameters.map(values => new Float64Array(values.length));

  function adam(parameters, { beta1, beta2, epsilon = 1e-7 }) {
    const first = zeros(parameters), second = zeros(parameters);
    let step = 0;
    return (gradients, rate) => {
      step++;
      const corrected = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      parameters.forEach((values, p) => {
        const m = first[p], v = second[p], gradient = gradients[p];
        for (let i = 0; i < values.length; i++) {
          m[i] += (1 - beta1) * (gradient[i] - m[i]);
          v[i] += (1 - beta2) * (gradient[i] ** 2 - v[i]);
          values[i] -= (corrected * m[i]) / (Math.sqrt(v[i]) + epsilon);
        }
      });
    };
  }

  function rmsprop(parameters, { rho, epsilon }) {
    const squares = zeros(parameters);
    return (gradients, rate) => {
      parameters.forEach((values, p) => {
        const v = squares[p], gradient = gradients[p];
        for (let i = 0; i < values.length; i++) {
          v[i] = rho * v[i] + (1 - rho) * gradient[i] ** 2;
          values[i] -= (rate * gradient[i]) / Math.sqrt(v[i] + epsilon);
        }
      });
    };
  }

  return {
    // DCGAN's, WGAN's and WGAN-GP's own (arXiv 1511.06434, 1701.07875, 1704.00028).
    forGan: parameters => adam(parameters, { beta1: 0.5, beta2: 0.999 }),
    forClipping: parameters => rmsprop(parameters, { rho: 0.99, epsilon: 1e-16 }),
    forPenalty: parameters => adam(parameters, { beta1: 0, beta2: 0.9 }),
  };
})();
