// The guided tour's card: which step, what to do, what to look for, where to read on.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

// set(step, choice) puts a step's settings in force, play() begins; a step of 0 means no tour.
Playground.makeTourCard = (card, { set, play }) => {
  const { tour, settings, controls } = Playground;
  const part = name => card.querySelector(`[data-tour="${name}"]`);
  const steps = tour.map((step, index) => {
    const button = controls.element("button", { type: "button", textContent: index + 1, title: step.title });
    button.setAttribute("aria-label", `Step ${index + 1}: ${step.title}`);
    button.addEventListener("click", () => set(index + 1, step.choices[0]));
    return button;
  });
  part("steps").append(...steps);
  part("play").addEventListener("click", play);
  let now = 0, built = null;
  part("next").addEventListener("click", () => set((now + 1) % (tour.length + 1), tour[now]?.choices[0]));

  // Is a choice in force? Only what the choices of its step set counts, so that a reader may turn other knobs.
  function inForce(choice, choices, current) {
    const expected = { ...settings.first(), ...settings.complete(choice.settings) };
    const counts = choices.flatMap(other => Object.keys(settings.complete(other.settings)));
    return counts.every(name => current[name] === expected[name]);
  }

  function show(current) {
    now = current.tour;
    const step = tour[now - 1];
    steps.forEach((button, index) => {
      if (index + 1 === now) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    part("body").hidden = !step;
    part("invitation").hidden = Boolean(step);
    part("next").textContent = now === 0 ? "Start the tour" : now === tour.length ? "End the tour" : "Next step";
    if (!step) return;
    part("title").textContent = `${now} · ${step.title}`;
    part("text").textContent = step.text;
    part("look").textContent = step.look;
    const [name, title] = step.chapter;
    const href = document.body.dataset.chapters.replace("NAME", name);
    Object.assign(part("chapter"), { textContent: `Chapter ${title}`, href });
    part("notebook").hidden = !href.endsWith(".ipynb");
    if (built !== step) part("choices").replaceChildren(...step.choices.map(choiceButton));
    built = step;
    step.choices.forEach((choice, k) => {
      part("choices").children[k].setAttribute("aria-pressed", String(inForce(choice, step.choices, current)));
    });
  }

  function choiceButton(choice) {
    const button = controls.element("button", { type: "button", textContent: choice.name });
    button.addEventListener("click", () => {
      set(now, choice);
      play();
    });
    return button;
  }

  return { show };
};
