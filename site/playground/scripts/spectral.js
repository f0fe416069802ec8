// Spectral normalisation (arXiv 1802.05957): each kernel W is used as W / σ(W), σ its largest singular value.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.spectral = (() => {
  const { multiply, multiplyTransposed } = Playground.matrix;
  const unit = vector => {
    const length = Math.sqrt(Math.max(vector.reduce((sum, x) => sum + x * x, 0), 1e-24));
    return vector.map(x => x / length);
  };

  // One vector u for each kernel, which the power iteration turns towards the leading direction.
  function start(network, random) {
    return network.sizes.slice(1).map(size => Float64Array.from({ length: size }, random.normal));
  }

  // The network with divided kernels, whose norms come from one power iteration: `directions` holds its new vectors.
  function divided({ sizes, parameters }, vectors) {
    const directions = [];
    const inUse = parameters.map((values, index) => {
      if (index % 2) return values; // a bias
      const l = index / 2, inputs = sizes[l], outputs = sizes[l + 1];
      const v = unit(multiplyTransposed(vectors[l], values, 1, inputs, outputs));
      const along = multiply(v, values, 1, inputs, outputs), u = unit(along);
      const norm = Math.max(along.reduce((sum, x, j) => sum + x * u[j], 0), 1e-12);
      directions[l] = { u, v, norm };
      return values.map(w => w / norm);
    });
    return { sizes, parameters: inUse, directions };
  }

  // Gradients with respect to W from those with respect to W / σ, u and v held: G / σ − (Σ G ∘ W / σ²) v uᵀ.
  function throughDivision({ parameters, directions }, gradients) {
    return gradients.map((gradient, index) => {
      if (index % 2) return gradient;
      const { u, v, norm } = directions[index / 2];
      const inner = gradient.reduce((sum, g, i) => sum + g * parameters[index][i], 0);
      return gradient.map((g, i) => (g - inner * v[Math.floor(i / u.length)] * u[i % u.length]) / norm);
    });
  }

  return { start, divided, throughDivision };
})();
