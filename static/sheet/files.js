// Fill in from a file: the server reads it (CSV, TSV or Excel) and gives back its cells; nothing is stored there.

/** Ask for a file and have it read; resolves to rows of cells, or throws with a sentence for people. */
export async function readFile(file, { files, csrf }) {
  const body = new FormData();
  body.append("file", file);
  let answer;
  try {
    const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
    answer = await fetch(files, { method: "POST", headers, body });
  } catch {
    throw new Error("Lässpår svarar inte just nu. Filen är inte läst; försök igen om en stund.");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error((told.reasons ?? ["Filen gick inte att läsa."]).join(" "));
  return told.rows;
}
