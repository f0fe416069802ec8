// A fully connected network with LeakyReLU between its layers, its gradients written by hand.
// Its parameters stand in Keras' order: kernel (inputs × outputs), bias, kernel, bias, …
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.network = (() => {
  const { multiply, multiplyTransposed, transposedMultiply } = Playground.matrix;
  const NEGATIVE_SLOPE = 0.2; // Keras' leaky_relu

  // Glorot's uniform kernels and zero biases, as Keras' Dense makes them.
  function make(sizes, random) {
    const parameters = [];
    for (let layer = 1; layer < sizes.length; layer++) {
      const limit = Math.sqrt(6 / (sizes[layer - 1] + sizes[layer]));
      const count = sizes[layer - 1] * sizes[layer];
      parameters.push(Float64Array.from({ length: count }, () => limit * (2 * random.uniform() - 1)));
      parameters.push(new Float64Array(sizes[layer]));
    }
    return { sizes, parameters };
  }

  // x (n, inputs) → what each layer passes on, `layers[0]` being x, and the `output` (n, outputs).
  function forward({ sizes, parameters }, x, n) {
    const layers = [x];
    const last = sizes.length - 2;
    let output;
    for (let l = 0; l <= last; l++) {
      const bias = parameters[2 * l + 1];
      output = multiply(layers[l], parameters[2 * l], n, sizes[l], sizes[l + 1]);
      for (let i = 0, j = 0; i < output.length; i++) {
        output[i] += bias[j];
        if (l < last && output[i] < 0) output[i] *= NEGATIVE_SLOPE;
        if (++j === bias.length) j = 0;
      }
      if (l < last) layers.push(output);
    }
    return { n, layers, output };
  }

  // LeakyReLU keeps the sign, so what comes out of it tells its slope.
  function throughActivation(gradient, passedOn) {
    for (let i = 0; i < gradient.length; i++) if (passedOn[i] < 0) gradient[i] *= NEGATIVE_SLOPE;
    return gradient;
  }

  // From ∂L/∂output (n, outputs) to what arrives behind each layer, `arriving[l]` behind layer l, and at the `input`.
  function back({ sizes, parameters }, { n, layers }, gradient, toInput = true) {
    const arriving = [];
    let input = null;
    for (let l = sizes.length - 2; l >= 0; l--) {
      arriving[l] = gradient;
      if (l === 0 && !toInput) break;
      gradient = multiplyTransposed(gradient, parameters[2 * l], n, sizes[l], sizes[l + 1]);
      if (l > 0) throughActivation(gradient, layers[l]);
      else input = gradient;
    }
    return { arriving, input };
  }

  // ∂L/∂parameters from ∂L/∂output, and ∂L/∂x where it is asked for.
  function backward(network, trace, gradient, toInput = false) {
    const { sizes } = network, { n, layers } = trace;
    const { arriving, input } = back(network, trace, gradient, toInput);
    const gradients = [];
    arriving.forEach((g, l) => {
      gradients.push(transposedMultiply(layers[l], g, n, sizes[l], sizes[l + 1]));
      gradients.push(sumOfRows(g, sizes[l + 1]));
    });
    return { gradients, input };
  }

  function sumOfRows(matrix, columns) {
    const sums = new Float64Array(columns);
    for (let i = 0, j = 0; i < matrix.length; i++) {
      sums[j] += matrix[i];
      if (++j === columns) j = 0;
    }
    return sums;
  }

  const copy = ({ sizes, parameters }) => ({ sizes, parameters: parameters.map(values => values.slice()) });

  return { make, copy, forward, back, backward, throughActivation };
})();
