"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { Playground, train } = require("./load.js");

const { distributions, makeRandom, settings, spectral } = Playground;
const GAMES = settings.TABLE.game.choices;
const steps = (session, count) => {
  for (let k = 0; k < count; k++) session.step();
  return session;
};

test("the same seed gives the same training, looked at or not; another seed another", () => {
  for (const game of GAMES) {
    const one = steps(train({ game, width: 8 }), 5);
    const two = train({ game, width: 8 });
    for (let k = 0; k < 5; k++) {
      two.step();
      two.look();
      two.map(5, 2);
    }
    assert.deepStrictEqual(two.generator.parameters, one.generator.parameters, game);
    assert.deepStrictEqual(two.critic.parameters, one.critic.parameters, game);
    assert.notDeepStrictEqual(steps(train({ game, width: 8, seed: 2 }), 5).critic.parameters, one.critic.parameters);
  }
});

test("a step is n_critic updates of the critic and one of the generator; who is held does not move", () => {
  const both = steps(train({ game: "penalty", width: 8, critics: 3 }), 4);
  assert.deepStrictEqual([both.steps, both.updates], [4, 12]);
  for (const [learns, held, free] of [["critic", "generator", "critic"], ["generator", "critic", "generator"]]) {
    const session = train({ game: "penalty", width: 8, learns });
    const copies = ({ parameters }) => parameters.map(values => values.slice());
    const before = { generator: copies(session.generator), critic: copies(session.critic) };
    steps(session, 3);
    assert.deepStrictEqual(session[held].parameters, before[held]);
    assert.notDeepStrictEqual(session[free].parameters, before[free]);
  }
});

test("clipping holds every weight, from the start", () => {
  const session = train({ game: "clipping", c: 0.03, width: 8 });
  for (let k = 0; k < 3; k++) {
    assert.ok(session.critic.parameters.every(values => values.every(value => Math.abs(value) <= 0.03)));
    session.step();
  }
});

test("no slope passes 1 under spectral normalisation once its vectors have settled", () => {
  const session = steps(train({ game: "spectral", width: 16 }), 20);
  for (let k = 0; k < 50; k++) session.iterate(spectral.divided(session.critic, session.vectors));
  assert.ok(Math.max(...session.map(21, 2).slopes) <= 1.001);
});

test("a reset critic is another one, and the generator stays", () => {
  const session = steps(train({ game: "penalty", width: 8 }), 2);
  const generator = session.generator.parameters.map(p => p.slice()), critic = session.critic.parameters;
  session.resetCritic();
  assert.notDeepStrictEqual(session.critic.parameters, critic);
  assert.deepStrictEqual(session.generator.parameters, generator);
  session.step();
});

test("the grid of the map begins at the top left, and a critic of x alone rises to the right", () => {
  const session = train({ game: "penalty", width: 8 });
  session.critic = { sizes: [2, 1], parameters: [Float64Array.of(2, 0.5), Float64Array.of(0)] };
  const { values, slopes } = session.map(3, 1);
  assert.deepStrictEqual([...values], [-1.5, 0.5, 2.5, -2, 0, 2, -2.5, -0.5, 1.5]);
  assert.ok(slopes.every(slope => Math.abs(slope - Math.hypot(2, 0.5)) < 1e-9));
});

test("every distribution fits the picture, and drawn points stand on their marks", () => {
  const random = makeRandom(1), marks = [[1, -1], [0.5, 1.5]];
  for (const name of settings.TABLE.data.choices) {
    const points = distributions.sampler(name, marks)(500, random);
    assert.ok(points.every(value => Math.abs(value) < 2.2), name);
  }
  const drawn = distributions.sampler("drawn", marks)(200, random);
  for (let i = 0; i < drawn.length; i += 2) {
    assert.ok(marks.some(([x, y]) => Math.hypot(drawn[i] - x, drawn[i + 1] - y) < 0.4));
  }
  assert.ok(distributions.sampler("drawn")(5, random).every(Number.isFinite));
});

test("clusters are counted as they are reached", () => {
  const reach = count => Float64Array.from(distributions.CENTRES.slice(0, count).flat());
  for (const count of [0, 3, 8]) assert.strictEqual(distributions.modesReached(reach(count)), count);
  assert.strictEqual(distributions.modesReached(Float64Array.of(0, 0, 0.5, 0.5)), 0);
});
