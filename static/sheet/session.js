// Who is signed in now, asked of the server; signing in again without leaving the page.

const JSON_PLEASE = { Accept: "application/json" };
const PATIENCE = 15_000; // ms until an answer is given up

/** `{csrf, person}`; person is null where nobody is signed in. Rejects where the server does not answer. */
export async function whoIsHere() {
  const answer = await fetch("/api/v1/session", { headers: JSON_PLEASE, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const { csrf_token, person } = await answer.json();
  return { csrf: csrf_token, person };
}

/**
 * Send the sign-in form; `fields` are username, password and, where it was asked for, code.
 * Null: signed in. Otherwise `{reasons, asksForCode}` as the sign-in page would have said.
 */
export async function signIn(fields) {
  const { csrf } = await whoIsHere();
  const body = new URLSearchParams(fields);
  const answer = await fetch("/sign-in", {
    method: "POST", body, headers: { "X-CSRFToken": csrf }, signal: AbortSignal.timeout(PATIENCE),
    redirect: "manual", // where it leads does not matter here
  });
  if (answer.type === "opaqueredirect") return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = [...page.querySelectorAll("main [role=alert] li, main .fault")].map((one) => one.textContent.trim());
  return {
    reasons: told.length ? told : ["Det gick inte att logga in. Försök igen."],
    asksForCode: page.querySelector("main input[name=code]") !== null,
  };
}

/** The forms of this page carry the token of the session that has just ended. */
export function renewForms(csrf) {
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = csrf;
}
