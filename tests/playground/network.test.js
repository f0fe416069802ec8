// Gradients written by hand against finite differences.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { Playground, near } = require("./load.js");

const { network, penalty, spectral, matrix, makeRandom } = Playground;
const H = 1e-6;

// How f changes with each number of `values`.
function differences(values, f) {
  return values.map((value, i) => {
    values[i] = value + H;
    const above = f();
    values[i] = value - H;
    const below = f();
    values[i] = value;
    return (above - below) / (2 * H);
  });
}

function example(sizes, n) {
  const random = makeRandom(5), made = network.make(sizes, random);
  for (const values of made.parameters) values.forEach((_, i) => (values[i] = 0.7 * random.normal()));
  return { made, points: Float64Array.from({ length: n * sizes[0] }, random.normal), random };
}

test("the three products are those of the definition, at every size of an edge", () => {
  const random = makeRandom(1), draw = count => Float64Array.from({ length: count }, random.normal);
  const slow = (rows, inner, columns, a, b) => Float64Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let p = 0; p < inner; p++) sum += a(Math.floor(at / columns), p) * b(p, at % columns);
    return sum;
  });
  for (const [n, k, m] of [[1, 1, 1], [3, 2, 5], [8, 4, 4], [5, 7, 1], [2, 1, 9]]) {
    const x = draw(n * k), w = draw(k * m), g = draw(n * m);
    const forward = slow(n, k, m, (i, p) => x[i * k + p], (p, j) => w[p * m + j]);
    const back = slow(n, m, k, (i, p) => g[i * m + p], (p, j) => w[j * m + p]);
    const summed = slow(k, n, m, (i, p) => x[p * k + i], (p, j) => g[p * m + j]);
    near(matrix.multiply(x, w, n, k, m), forward, 1e-12);
    near(matrix.multiplyTransposed(g, w, n, k, m), back, 1e-12);
    near(matrix.transposedMultiply(x, g, n, k, m), summed, 1e-12);
  }
});

test("the gradients of a network", () => {
  const { made, points, random } = example([3, 5, 4, 2], 6);
  const weights = Float64Array.from({ length: 12 }, random.normal);
  const value = () => network.forward(made, points, 6).output.reduce((sum, y, i) => sum + weights[i] * y, 0);
  const { gradients, input } = network.backward(made, network.forward(made, points, 6), weights, true);
  made.parameters.forEach((values, p) => near(gradients[p], differences(values, value), 1e-6));
  near(input, differences(points, value), 1e-6);
});

test("the gradients of the penalty, a derivative of a derivative", () => {
  const { made, points } = example([2, 6, 5, 1], 7);
  const { gradients, value } = penalty.penalty(made, points, 7);
  assert.ok(value > 0.01);
  const again = () => penalty.penalty(made, points, 7).value;
  made.parameters.forEach((values, p) => near(gradients[p], differences(values, again), 1e-6));
});

test("the gradients through a division by the spectral norm", () => {
  const { made, points, random } = example([2, 4, 3, 1], 5);
  let vectors = spectral.start(made, random);
  for (let k = 0; k < 300; k++) vectors = spectral.divided(made, vectors).directions.map(({ u }) => u);
  const value = () => network.forward(spectral.divided(made, vectors), points, 5).output.reduce((sum, y) => sum + y, 0);
  const inUse = spectral.divided(made, vectors);
  const ones = new Float64Array(5).fill(1);
  const { gradients } = network.backward(inUse, network.forward(inUse, points, 5), ones);
  const found = spectral.throughDivision(inUse, gradients);
  made.parameters.forEach((values, p) => near(found[p], differences(values, value), 1e-5));
});

test("a critic with dead gradients gets no NaN from the penalty", () => {
  const { made, points } = example([2, 4, 1], 3);
  made.parameters.forEach(values => values.fill(0));
  const { value, gradients } = penalty.penalty(made, points, 3);
  near(value, 1);
  assert.ok(gradients.every(values => values.every(Number.isFinite)));
});
