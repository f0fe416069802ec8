// The quiz at the end of a chapter: an answer that is chosen says whether it is right, and why.
(function () {
  "use strict";

  const isRight = (answer) => answer.dataset.correct === "true";

  function askAgain(question, text) {
    const place = question.querySelector(".feedback");
    place.textContent = "○ " + text;
    place.className = "feedback";
  }

  function say(question, right, feedback) {
    const place = question.querySelector(".feedback");
    place.innerHTML = (right ? "✓ " : "✗ ") + feedback;
    place.className = "feedback " + (right ? "right" : "wrong");
  }

  function press(button, pressed) {
    button.setAttribute("aria-pressed", String(pressed));
    button.classList.toggle("right", pressed && isRight(button));
    button.classList.toggle("wrong", pressed && !isRight(button));
  }

  function chooseOne(question, chosen) {
    for (const button of question.querySelectorAll("button")) press(button, button === chosen);
    say(question, isRight(chosen), chosen.dataset.feedback);
  }

  function chooseMany(question, chosen) {
    press(chosen, chosen.getAttribute("aria-pressed") !== "true");
    const buttons = Array.from(question.querySelectorAll("button"));
    const missing = buttons.filter((button) => isRight(button) && button.getAttribute("aria-pressed") !== "true").length;
    const more = isRight(chosen) && missing ? " There is more to choose." : "";
    say(question, isRight(chosen), chosen.dataset.feedback + more);
  }

  // As jupyterquiz does: the first answer that the number fits, within the precision; else the default's feedback.
  function checkNumber(question, form) {
    const text = form.querySelector("input").value.trim().replace("−", "-").replace(",", ".");
    const number = /^[-+]?[\d.]+\/\d+$/.test(text) ? text.split("/").reduce((a, b) => a / b) : Number(text);
    if (text === "" || Number.isNaN(number)) return askAgain(question, "Please write a number.");
    const digits = Number(form.dataset.precision) || 0;
    const fits = (value) => (digits ? number.toPrecision(digits) === value.toPrecision(digits) : number === value);
    const answers = JSON.parse(form.dataset.answers);
    const answer = answers.find((one) => one.type === "value" && fits(one.value)) || answers.find((one) => one.type === "default");
    say(question, Boolean(answer.correct), answer.feedback);
  }

  function start(question) {
    const form = question.querySelector("form");
    if (form) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        checkNumber(question, form);
      });
      return;
    }
    const choose = question.dataset.kind === "many_choice" ? chooseMany : chooseOne;
    for (const button of question.querySelectorAll("button")) {
      button.addEventListener("click", () => choose(question, button));
    }
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".question").forEach(start));
})();
