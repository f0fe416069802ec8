// The playground's scripts as the page loads them, in its order; nothing here has a document.
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..", "..", "site", "playground");
const page = readFileSync(path.join(folder, "index.html"), "utf8");
for (const [, script] of page.matchAll(/<script src="([^"]+)">/g)) require(path.join(folder, script));

// Equal within 1e-5, of the size of what is compared where that is above 1.
function near(found, expected, tolerance = 1e-5) {
  const list = value => (typeof value === "number" ? [value] : [...value]);
  const [a, b] = [list(found), list(expected)];
  if (a.length !== b.length) throw new Error(`${a.length} numbers instead of ${b.length}`);
  a.forEach((value, i) => {
    if (!(Math.abs(value - b[i]) <= tolerance * Math.max(1, Math.abs(b[i])))) {
      throw new Error(`at ${i}: ${value} instead of ${b[i]}`);
    }
  });
}

// A training with the settings that suit its game, but for `some`, on one of the distributions.
function train(some) {
  const { settings, training, distributions } = Playground;
  const all = { ...settings.first(), ...settings.complete(some) };
  return new training.Training(all, distributions.sampler(all.data));
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

module.exports = { Playground, folder, page, near, train, median };
