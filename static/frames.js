// Wide tables and charts scroll inside their frame: the frame says at which sides there is more, and the stylesheet shows it.

function look(frame) {
  const before = frame.scrollLeft > 1;
  const after = frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 1;
  frame.dataset.more = [before && "left", after && "right"].filter(Boolean).join(" ");
}

const sizes = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
for (const frame of document.querySelectorAll(".frame, .drawn")) {
  frame.addEventListener("scroll", () => look(frame), { passive: true });
  sizes.observe(frame);
}
