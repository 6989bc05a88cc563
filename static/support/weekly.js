// The week's results: Enter goes down the column as on the class's sheet, and typed results are not left behind.

const form = document.querySelector("form.weekly");
const fields = form ? [...form.querySelectorAll("input[name^='points-']")] : [];
const save = form?.querySelector("button[type='submit']");
let isSaving = false;

function go(from, step) {
  const next = fields[fields.indexOf(from) + step];
  if (next) {
    next.focus();
    next.select();
  } else if (step > 0) {
    save.focus();
  }
}

form?.addEventListener("keydown", (event) => {
  if (!fields.includes(event.target)) return;
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  go(event.target, step);
});

form?.addEventListener("submit", () => (isSaving = true));

window.addEventListener("beforeunload", (event) => {
  const isTyped = fields.some((field) => field.value !== field.defaultValue);
  if (isTyped && !isSaving) event.preventDefault();
});

fields.find((field) => field.getAttribute("aria-invalid"))?.focus();
