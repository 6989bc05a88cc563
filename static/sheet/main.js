// The score sheet as a grid. Without script the page is a form that does the same, one save at a time.

import { Page } from "./page.js";
import { openQueue } from "./queue.js";
import { Sheet } from "./sheet.js";
import { proposedDays, takeOver } from "./takeover.js";

const main = document.getElementById("main");
const block = document.getElementById("sheet-data");
if (block) await open(JSON.parse(block.textContent));

async function open(data) {
  const sheet = new Sheet(data, proposedDays(main, data.measures));
  const where = { ...block.dataset, sheet: data };
  const queue = await openQueue(where);
  const cells = takeOver(main, sheet);
  if (cells) new Page(main, sheet, cells, queue, where).open();
}
