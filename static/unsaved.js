// Words that nobody has saved: the browser asks before the page is left, or another form on it is sent. A form that
// the server sent back with them is marked. The sheets have guards of their own.

const isChanged = (field) => field.value !== field.defaultValue;
let sent = null; // the form that is on its way

addEventListener("submit", ({ target }) => (sent = target));
addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("main form[method=post]")].filter((form) =>
    form.matches("[data-unsaved]") || [...form.querySelectorAll("textarea, input[type=text]")].some(isChanged),
  );
  if (typed.some((form) => form !== sent)) event.preventDefault();
  sent = null; // she may stay
});
