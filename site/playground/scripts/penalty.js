// The gradient penalty of WGAN-GP (arXiv 1704.00028, eq. 3) and its gradient, a derivative of a derivative.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.penalty = (() => {
  const { multiply, transposedMultiply } = Playground.matrix;
  const { forward, back, throughActivation } = Playground.network;
  const EPSILON = 1e-12; // under the root, as in wganlib: √ has an infinite slope at zero

  // ∇D at n points, (n, inputs), with what is needed to differentiate it once more.
  function slopes(critic, points, n) {
    const trace = forward(critic, points, n);
    const { arriving, input } = back(critic, trace, new Float64Array(n).fill(1));
    return { trace, arriving, gradient: input };
  }

  // The length of each row.
  function norms(gradient, n) {
    const width = gradient.length / n;
    return Float64Array.from({ length: n }, (_, i) => {
      let squares = EPSILON;
      for (let j = i * width; j < (i + 1) * width; j++) squares += gradient[j] ** 2;
      return Math.sqrt(squares);
    });
  }

  // x̂ = α x + (1 − α) x̃, one α for each pair.
  function between(real, fake, alpha) {
    const width = real.length / alpha.length;
    return real.map((x, i) => alpha[Math.floor(i / width)] * x + (1 - alpha[Math.floor(i / width)]) * fake[i]);
  }

  // mean (‖∇D‖ − 1)² at n points: its value, the norms, its gradients with respect to the critic's parameters.
  function penalty(critic, points, n) {
    const { trace, arriving, gradient } = slopes(critic, points, n);
    const lengths = norms(gradient, n);
    const width = critic.sizes[0];
    const value = lengths.reduce((sum, length) => sum + (length - 1) ** 2, 0) / n;
    const start = gradient.map((g, i) => {
      const length = lengths[Math.floor(i / width)];
      return (2 / n) * (length - 1) * (g / length);
    });
    return { value, norms: lengths, gradients: ofSlopes(critic, trace, arriving, start) };
  }

  // ∂P/∂parameters from ∂P/∂(∇D). ∇D came down through the layers as g ↦ (g Wᵀ) ∘ φ′, and this goes back up.
  // φ′ is constant on both sides of zero, so nothing flows into what the layers computed, and biases get nothing.
  function ofSlopes({ sizes, parameters }, { n, layers }, arriving, gradient) {
    const gradients = [];
    arriving.forEach((g, l) => {
      gradients.push(transposedMultiply(gradient, g, n, sizes[l], sizes[l + 1]), new Float64Array(sizes[l + 1]));
      if (l === arriving.length - 1) return;
      gradient = multiply(gradient, parameters[2 * l], n, sizes[l], sizes[l + 1]);
      throughActivation(gradient, layers[l + 1]);
    });
    return gradients;
  }

  return { slopes, norms, between, penalty };
})();
