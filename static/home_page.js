// The page for the home: how many characters are left, and a line that is changed is a line that is chosen.
// Without this script the page works the same; the server counts too.

const NEAR = 20;

/** @param {HTMLTextAreaElement} field @param {HTMLElement} told */
function count(field, told) {
  const left = field.maxLength - field.value.length;
  told.textContent = `${left} kvar.`;
  told.setAttribute("aria-live", left <= NEAR ? "polite" : "off");
}

for (const told of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(told.dataset.counts);
  count(field, told);
  field.addEventListener("input", () => count(field, told));
}

for (const line of document.querySelectorAll(".home-page .choice")) {
  const box = line.querySelector("input[type=checkbox]");
  line.querySelector("textarea").addEventListener("input", () => {
    if (box) box.checked = true;
  });
}
