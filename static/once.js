// A form that is on its way is not sent once more by a hasty second press. What takes longer than this, or stays on the
// page, may be sent again.

const PATIENCE = 10_000; // ms
const sent = new Set();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), PATIENCE);
});
addEventListener("pageshow", () => sent.clear());
// Somebody was asked whether to leave words behind, and stayed.
addEventListener("beforeunload", (event) => setTimeout(() => event.defaultPrevented && sent.clear()));
