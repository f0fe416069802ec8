// A control for each setting, made from the table of settings.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.controls = (() => {
  const { settings, words } = Playground;
  const CHOSEN_BY_NAME = ["data", "game", "learns", "speed"];
  const made = {};

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  // A list of names, a slider over numbers, or a number to type; `control.show(value)` sets it without an event.
  function control(name, changed) {
    const { choices, lowest, highest } = settings.TABLE[name], id = `set-${name}`;
    if (CHOSEN_BY_NAME.includes(name)) {
      const options = choices.map(value => element("option", { value, textContent: words.CHOICES[value] }));
      const node = element("select", { id }, ...options);
      node.addEventListener("change", () => changed(name, node.value));
      return { node, show: value => (node.value = value) };
    }
    if (!choices) {
      const node = element("input", { id, type: "number", min: lowest, max: highest, step: 1 });
      node.addEventListener("change", () => {
        const value = Math.round(Number(node.value)) || lowest;
        changed(name, Math.max(lowest, Math.min(highest, value)));
      });
      return { node, show: value => (node.value = value) };
    }
    const node = element("input", { id, type: "range", min: 0, max: choices.length - 1, step: 1 });
    const output = element("output", { htmlFor: id });
    const show = value => {
      node.value = choices.indexOf(value);
      output.textContent = value;
      node.setAttribute("aria-valuetext", String(value));
    };
    node.addEventListener("input", () => changed(name, choices[Number(node.value)]));
    return { node, output, show };
  }

  // Fills every <div data-setting="name">.
  function build(changed) {
    for (const place of document.querySelectorAll("[data-setting]")) {
      const name = place.dataset.setting, [label, hint] = words.LABELS[name];
      const { node, output, show } = control(name, changed);
      const heading = element("label", { htmlFor: node.id }, label);
      if (output) heading.append(" ", output);
      place.append(heading, node);
      if (hint) {
        place.append(element("small", { id: `${node.id}-hint`, textContent: hint }));
        node.setAttribute("aria-describedby", `${node.id}-hint`);
      }
      made[name] = show;
    }
  }

  // Shows the settings as they are, and of those that only one game knows, that game's.
  function show(current) {
    for (const [name, put] of Object.entries(made)) put(current[name]);
    for (const place of document.querySelectorAll("[data-only]")) {
      const [name, value] = place.dataset.only.split("=");
      place.hidden = current[name] !== value;
    }
  }

  return { build, show, element };
})();
