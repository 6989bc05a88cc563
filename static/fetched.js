// A page of this server as text, for scripts that take a part out of it.

/** Null where there is no answer, or another page answers (signed out, say). */
export async function fetched(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null;
  }
}
