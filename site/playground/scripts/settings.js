// Every setting, its choices, and how a link carries them.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.settings = (() => {
  const RATES = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02];

  // `restarts`: a new value begins a new training; the others act on the one that runs.
  const TABLE = {
    data: { choices: ["eight", "ring", "spiral", "drawn"], first: "eight", restarts: true },
    game: {
      choices: ["minimax", "nonsaturating", "clipping", "penalty", "spectral"], first: "penalty", restarts: true,
    },
    lambda: { choices: [0, 0.1, 0.3, 1, 3, 10, 30, 100], first: 1 },
    c: { choices: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], first: 0.1 },
    critics: { choices: [1, 2, 3, 5, 10], first: 1 },
    generatorRate: { choices: RATES, first: 0.001 },
    criticRate: { choices: RATES, first: 0.005 },
    width: { choices: [8, 16, 32, 64, 128], first: 64, restarts: true },
    learns: { choices: ["both", "critic", "generator"], first: "both" },
    speed: { choices: ["slow", "steady", "fast"], first: "fast" },
    seed: { lowest: 1, highest: 9999, first: 1, restarts: true },
    tour: { lowest: 0, highest: 6, first: 0 },
    drawing: { pattern: /^([\w-]{2})*$/, first: "", restarts: true },
  };

  // What suits each game; choosing a game sets these.
  const SUITED = {
    minimax: { critics: 1, generatorRate: 0.001, criticRate: 0.001 },
    nonsaturating: { critics: 1, generatorRate: 0.001, criticRate: 0.001 },
    clipping: { critics: 5, generatorRate: 0.0005, criticRate: 0.001 },
    penalty: { critics: 1, generatorRate: 0.001, criticRate: 0.005 },
    spectral: { critics: 1, generatorRate: 0.001, criticRate: 0.005 },
  };

  const first = () => Object.fromEntries(Object.entries(TABLE).map(([name, rule]) => [name, rule.first]));

  // What a link leaves out: as its step of the tour has it, or as suits its game where that is another.
  function assumed(tour, game) {
    const step = complete(Playground.tour[tour - 1]?.choices[0].settings ?? {});
    const own = step.game ?? TABLE.game.first;
    return { ...first(), ...(game === undefined || game === own ? step : complete({ game })), game: game ?? own };
  }

  const cut = text => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

  // Some settings, and what suits their game.
  const complete = some => ({ ...SUITED[some.game ?? TABLE.game.first], ...some });

  // A value as TABLE allows it, or undefined.
  function allowed(name, text) {
    const { choices, pattern, lowest, highest } = TABLE[name];
    if (choices) return choices.find(choice => String(choice) === text);
    if (pattern) return pattern.test(text) ? text : undefined;
    const number = Number(text);
    return text !== "" && Number.isInteger(number) && number >= lowest && number <= highest ? number : undefined;
  }

  function expected(name) {
    const { choices, lowest, highest } = TABLE[name];
    if (choices) return `one of ${choices.join(", ")}`;
    return lowest === undefined ? "pairs of letters and digits" : `a whole number from ${lowest} to ${highest}`;
  }

  // "data=ring&lambda=10" → { settings, problems }.
  function read(text) {
    const given = {}, problems = [];
    for (const [name, value] of new URLSearchParams(text)) {
      const known = Object.hasOwn(TABLE, name), found = known ? allowed(name, value) : undefined;
      if (found !== undefined) given[name] = found;
      else if (known) problems.push(`“${name}” must be ${expected(name)}. The link says “${cut(value)}”.`);
      else problems.push(`The link sets “${cut(name)}”, which this page does not have.`);
    }
    return { settings: { ...assumed(given.tour, given.game), ...given }, problems };
  }

  // Only what differs from what `read` would assume.
  function write(settings) {
    const { tour, game } = settings, left = { ...assumed(tour, game), game: assumed(tour).game };
    const different = Object.keys(TABLE).filter(name => settings[name] !== left[name]);
    return new URLSearchParams(different.map(name => [name, String(settings[name])])).toString();
  }

  return { TABLE, SUITED, first, complete, read, write };
})();
