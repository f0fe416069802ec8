"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { Playground, near } = require("./load.js");

const { exactDistance, makeRandom } = Playground;
const draw = (n, random) => Float64Array.from({ length: 2 * n }, random.normal);

test("of all ways to pair a few points it is the cheapest", () => {
  const orders = list => (list.length < 2 ? [list] : list.flatMap((first, k) =>
    orders(list.filter((_, i) => i !== k)).map(rest => [first, ...rest])));
  const random = makeRandom(2);
  for (const n of [1, 2, 3, 5, 6]) {
    const a = draw(n, random), b = draw(n, random);
    const costs = orders([...Array(n).keys()]).map(order =>
      order.reduce((sum, j, i) => sum + Math.hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]), 0) / n);
    near(exactDistance(a, b), Math.min(...costs), 1e-12);
  }
});

test("a shift costs its length, and the same points in another order nothing", () => {
  const points = draw(50, makeRandom(3));
  near(exactDistance(points, points.map((value, i) => value + (i % 2 ? 0.4 : 0.3))), 0.5, 1e-12);
  const turned = Float64Array.from(points);
  turned.reverse();
  for (let i = 0; i < turned.length; i += 2) [turned[i], turned[i + 1]] = [turned[i + 1], turned[i]];
  near(exactDistance(points, turned), 0, 1e-12);
});

test("points that are no numbers have no distance, and the search ends", () => {
  assert.ok(Number.isNaN(exactDistance(Float64Array.of(NaN, 0, 1, 1), Float64Array.of(0, 0, 1, 1))));
});
