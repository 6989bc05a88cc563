// What the sheet would be with the queue switched off: every cell is sent once, and that is that.

export async function openQueue({ csrf }) {
  const listeners = new Set();
  return {
    put({ address, row, measure, text, version = 0, assessed_on }) {
      const write = { client_id: crypto.randomUUID(), pupil: row, measure, value: text || null, expected_version: version, assessed_on };
      fetch(address, {
        method: "PATCH", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify({ writes: [write] }),
      })
        .then((answer) => answer.json())
        .then(({ results: [result] }) => listeners.forEach((listener) => listener({ row, measure, text, ...result, state: result.status })))
        .catch(() => {});
    },
    listen: (listener) => listeners.add(listener),
    watch: () => {},
    counts: () => ({ waiting: 0, failed: 0, conflicts: 0, refused: 0, elsewhere: 0 }),
    pending: () => [],
    settle: () => {},
    drop: () => {},
  };
}
