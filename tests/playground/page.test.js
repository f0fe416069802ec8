// The page as text: classic scripts, nothing from elsewhere, small; and the words that it needs.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { readFileSync, readdirSync, statSync } = require("node:fs");
const path = require("node:path");
const { Playground, folder, page } = require("./load.js");

const files = readdirSync(folder, { recursive: true }).filter(name => statSync(path.join(folder, name)).isFile());
const text = name => readFileSync(path.join(folder, name), "utf8");

test("every script is loaded once, as a classic one, and nothing comes from a network", () => {
  const loaded = [...page.matchAll(/<script src="([^"]+)">/g)].map(([, name]) => name);
  const there = files.filter(name => name.endsWith(".js")).map(name => name.replaceAll(path.sep, "/"));
  assert.deepStrictEqual([...loaded].sort(), there.sort());
  const elsewhere = /https?:|fetch\(|type="module"|\bimport[ (]/;
  for (const name of files) {
    assert.doesNotMatch(text(name).replaceAll("http://www.w3.org/2000/svg", ""), elsewhere, name);
    assert.ok(text(name).split("\n").every(line => line.length <= 120), `${name} has a line of more than 120 letters`);
  }
});

test("all of it is under 1 MB", () => {
  assert.ok(files.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0) < 1e6);
});

test("every setting but the tour and the drawing has a control, words, and a name for each choice", () => {
  const { settings, words } = Playground;
  const placed = [...page.matchAll(/data-setting="(\w+)"/g)].map(([, name]) => name);
  const expected = Object.keys(settings.TABLE).filter(name => !["tour", "drawing"].includes(name));
  assert.deepStrictEqual(placed.sort(), expected.sort());
  for (const name of placed) {
    assert.ok(words.LABELS[name]);
    const choices = settings.TABLE[name].choices ?? [];
    assert.ok(choices.every(choice => typeof choice === "number" || words.CHOICES[choice]), name);
  }
  for (const game of settings.TABLE.game.choices) assert.ok(Object.values(words.sentences(game)).every(Boolean));
});

test("chapters that the tour names exist", () => {
  const notebooks = readdirSync(path.join(__dirname, "..", "..", "notebooks"));
  for (const { chapter: [name] } of Playground.tour) assert.ok(notebooks.includes(`${name}.ipynb`), name);
});

// WCAG 2: text needs a contrast of 4.5 to what it stands on, lines and marks of 3.
test("words and marks stand out in light and in dark", () => {
  const luminance = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, k) => sum + [0.2126, 0.7152, 0.0722][k] * part, 0);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const mixed = (a, b, share) => "#" + [1, 3, 5].map(at => [a, b].map(hex => parseInt(hex.slice(at, at + 2), 16)))
    .map(([from, to]) => Math.round(from + share * (to - from)).toString(16).padStart(2, "0")).join("");
  for (const pattern of [/:root \{([^}]*)\}/, /\[data-theme="dark"\] \{([^}]*)\}/]) {
    const block = text("style.css").match(pattern)[1];
    const colour = Object.fromEntries([...block.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name, hex]) => [name, hex]));
    for (const name of ["ink", "quiet", "real", "fake", "exact", "estimate", "accent"]) {
      for (const ground of ["card", "page"]) {
        assert.ok(contrast(colour[name], colour[ground]) >= 4.5, `${name} on ${ground}`);
      }
    }
    assert.ok(contrast(colour["on-accent"], colour.accent) >= 4.5);
    assert.ok(contrast(colour.bar, colour.card) >= 3);
    const steepest = mixed(colour.card, colour.slope, Playground.landscapePanel.STRONGEST);
    assert.ok(contrast(colour.ink, steepest) >= 3, "level lines where it is steepest");
  }
});

test("figures are short", () => {
  const { figure } = Playground.words;
  assert.deepStrictEqual([0, 0.5, -1.234, 12.34, 1234.5, 0.0123, -0.00042, 1e-9, NaN].map(figure), [
    "0", "0.50", "−1.23", "12.3", "1235", "0.012", "−0.0004", "0", "not a number",
  ]);
});
