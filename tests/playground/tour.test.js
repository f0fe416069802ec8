// What each step of the tour promises happens in its training.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { Playground, train, median } = require("./load.js");

const { tour, exactDistance, distributions, pointsPanel } = Playground;

// Where a choice of a step has come after so many steps, and what was seen on the way.
function after(step, choice, count, seed = 1, every = Infinity, others = {}) {
  const session = train({ ...tour[step - 1].choices[choice].settings, seed, ...others }), seen = [];
  const look = () => {
    const found = session.look();
    return {
      ...found,
      advice: pointsPanel.typicalLength(found.arrows),
      exact: exactDistance(found.real, found.fake),
      clusters: distributions.modesReached(found.fake),
      slope: median(found.norms),
    };
  };
  const start = look();
  for (let k = 1; k <= count; k++) {
    session.step();
    if (k % every === 0) seen.push(look());
  }
  return { session, start, end: look(), seen };
}

test("1: the advice of a sure discriminator fades with the saturating loss, and grows with the other", () => {
  for (const seed of [1, 2]) {
    const { start, end } = after(1, 0, 150, seed);
    assert.ok(start.advice > 0.03 && end.advice < 0.01, `from ${start.advice} to ${end.advice}`);
    assert.ok(after(1, 1, 150, seed).end.advice > 1);
  }
});

test("2: a hasty generator collapses, one with balanced rates does not", () => {
  for (const seed of [1, 2]) {
    const clusters = after(2, 0, 300, seed, 100).seen.map(look => look.clusters);
    assert.ok(Math.max(...clusters) <= 4, `reached ${clusters}`);
  }
  assert.ok(after(2, 1, 500).end.clusters >= 7);
});

test("3: a small c gives no slope, a large one hundreds, and the weights stand at the limits", () => {
  const [small, middle, large] = [0, 1, 2].map(choice => after(3, choice, 60));
  assert.ok(small.end.slope < 0.01 && small.end.estimate < 0.01);
  assert.ok(middle.end.slope > 0.3 && middle.end.slope < 3);
  assert.ok(large.end.slope > 100 && large.end.estimate > 100 * large.end.exact);
  for (const [{ session }, share] of [[small, 0.6], [middle, 0.6], [large, 0.6]]) {
    const weights = session.kernels().flatMap(kernel => [...kernel]), { c } = session.settings;
    assert.ok(weights.filter(weight => Math.abs(weight) > 0.98 * c).length > share * weights.length);
  }
});

test("4: under the penalty slopes gather around 1 and all eight clusters are reached", () => {
  const { start, end } = after(4, 0, 500);
  assert.ok(end.slope > 0.7 && end.slope < 1.4, `slope ${end.slope}`);
  assert.strictEqual(end.clusters, 8);
  assert.ok(end.exact < 0.45 && start.exact > 1, `distance ${end.exact}`);
  const free = after(4, 1, 300).end;
  assert.ok(free.slope > 20 && free.estimate > 5 * free.exact, `slope ${free.slope}, estimate ${free.estimate}`);
});

test("5: with more lessons the estimate is nearer to the distance, and the points are nearer too", () => {
  const gap = look => Math.abs(look.estimate - look.exact), mean = list => list.reduce((a, b) => a + b) / list.length;
  const [one, ten] = [0, 1].map(choice => after(5, choice, 100, 1, 10).seen.slice(4));
  assert.ok(mean(one.map(gap)) > 3 * mean(ten.map(gap)));
  assert.ok(mean(one.map(look => look.exact)) > 1.5 * mean(ten.map(look => look.exact)));
});

test("6: the estimate climbs to 1 + W/(2λ) times the exact distance W", () => {
  const { start, end } = after(6, 0, 300);
  assert.ok(start.estimate < 0.2 * start.exact);
  assert.ok(Math.abs(end.estimate / end.exact - 1.06) < 0.06, `${end.estimate} of ${end.exact}`);
  const steep = after(6, 1, 300).end, near = after(6, 1, 300, 1, Infinity, { data: "spiral" }).end;
  for (const { estimate, exact } of [steep, near]) {
    assert.ok(Math.abs(estimate / exact - (1 + exact / 2)) < 0.06, `${estimate} of ${exact}`);
  }
  assert.ok(Math.abs(1 + steep.exact / 2 - 1.6) < 0.02 && near.exact < 0.9);
});
