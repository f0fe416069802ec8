"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { Playground } = require("./load.js");

const { settings, drawing, tour } = Playground;

test("every choice of every setting comes back from a link", () => {
  for (const [name, { choices, lowest, highest }] of Object.entries(settings.TABLE)) {
    for (const value of choices ?? (lowest === undefined ? ["AbZ9-_"] : [lowest, highest])) {
      const chosen = { ...settings.first(), [name]: value };
      const { settings: found, problems } = settings.read(settings.write(chosen));
      assert.deepStrictEqual(found, chosen);
      assert.deepStrictEqual(problems, []);
    }
  }
});

test("an empty link is the first settings, and their link is empty", () => {
  assert.deepStrictEqual(settings.read("").settings, settings.first());
  assert.strictEqual(settings.write(settings.first()), "");
});

test("a game alone brings the rates that suit it", () => {
  const { settings: found } = settings.read("game=clipping");
  assert.strictEqual(found.critics, settings.SUITED.clipping.critics);
  assert.strictEqual(found.generatorRate, settings.SUITED.clipping.generatorRate);
});

test("a step of the tour alone brings that step's settings, and its link is short", () => {
  for (const [index, step] of tour.entries()) {
    const expected = { ...settings.first(), ...settings.complete(step.choices[0].settings), tour: index + 1 };
    assert.deepStrictEqual(settings.read(`tour=${index + 1}`).settings, expected);
    assert.strictEqual(settings.write(expected), `tour=${index + 1}`);
    for (const game of settings.TABLE.game.choices) {
      const other = { ...expected, game };
      assert.deepStrictEqual(settings.read(settings.write(other)).settings, other);
    }
  }
});

test("what a link must not say is named, and the rest of it holds", () => {
  const slips = ["lambda=7", "lambda=", "game=wgan", "seed=0", "seed=1.5", "seed=x", "drawing=A", "drawing=%3C%3E"];
  for (const wrong of [...slips, "nonsense=1", "constructor=1"]) {
    const { settings: found, problems } = settings.read(`${wrong}&data=ring`);
    assert.strictEqual(problems.length, 1, wrong);
    assert.deepStrictEqual(found, { ...settings.first(), data: "ring" }, wrong);
  }
  const long = "A".repeat(20001);
  for (const wrong of [`drawing=${long}`, `${long}=1`]) assert.ok(settings.read(wrong).problems[0].length < 150);
});

test("a drawing is its marks, without gaps, once each, and no more than there is room for", () => {
  const text = drawing.stroke("", [-1, -1], [1, 1]);
  const marks = drawing.marks(text);
  assert.ok(marks.length > 25);
  marks.forEach(([x, y], k) => {
    assert.ok(Math.abs(x - y) < 0.07);
    if (k) assert.ok(Math.hypot(x - marks[k - 1][0], y - marks[k - 1][1]) < 0.13);
  });
  assert.strictEqual(drawing.stroke(text, [-1, -1], [1, 1]), text);
  assert.strictEqual(drawing.add(text, 2.1, 0), text);
  let full = "";
  for (let y = -1.9; y < 2; y += 0.0625) full = drawing.stroke(full, [-2, y], [1.99, y]);
  assert.strictEqual(drawing.marks(full).length, drawing.MOST);
  assert.ok(drawing.isFull(full) && !drawing.isFull(text));
});

test("each step of the tour sets only what a link can carry", () => {
  assert.strictEqual(tour.length, settings.TABLE.tour.highest);
  for (const [index, step] of tour.entries()) {
    assert.ok(step.choices.length >= 2);
    for (const choice of step.choices) {
      const chosen = { ...settings.first(), ...settings.complete(choice.settings), tour: index + 1 };
      assert.deepStrictEqual(settings.read(settings.write(chosen)), { settings: chosen, problems: [] });
    }
  }
});
