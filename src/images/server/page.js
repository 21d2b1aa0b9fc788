// The page of a server: images go to `/score` and `/map` of the same server, and nowhere else.

const byId = (id) => document.getElementById(id);
const [files, drop, level, shown, state, results] = ["files", "drop", "level", "shown", "state", "results"].map(byId);
const body = results.querySelector("tbody");

const about = await (await fetch("about.json")).json();
byId("about").textContent = `The model: ${about.method} on images of ${about.size}. ` +
  `${about.heldOut} normal images that it did not learn from tell how rare a score is.`;
byId("legend").hidden = !about.maps;

// The slider is logarithmic: one in a hundred and one in ten are as far apart as one in ten and all.
const least = 1 / (1 + about.heldOut);
const toLevel = (at) => least ** (1 - at / 100);
const toPosition = (q) => 100 * (1 - Math.log(q) / Math.log(least));
level.value = toPosition(about.falseAlarms);

/** The model's own level stands between two of the slider's positions, and is kept until the slider moves. */
let q = about.falseAlarms;
let isScoring = false;

function judge() {
  shown.textContent = (100 * q).toPrecision(2);
  level.setAttribute("aria-valuetext", `${shown.textContent} of 100`);
  for (const row of body.rows) {
    if (row.dataset.p === undefined) continue;
    // The p-values are multiples of the least level, which the slider's powers meet but for rounding.
    const verdict = Number(row.dataset.p) <= q * (1 + 1e-9) ? "anomalous" : "normal";
    row.cells[1].textContent = verdict;
    row.cells[1].className = verdict;
  }
  const anomalous = body.querySelectorAll("td.anomalous").length;
  const scored = body.querySelectorAll("tr[data-p]").length;
  const failed = body.querySelectorAll("td.failed").length;
  const others = failed === 0 ? "" : `; ${failed} not scored`;
  if (body.rows.length > 0 && !isScoring) state.textContent = `${anomalous} of ${scored} anomalous${others}.`;
}

function addRow(file) {
  const row = body.insertRow();
  for (let i = 0; i < 4; i++) row.insertCell();
  row.cells[0].append(Object.assign(document.createElement("div"), { textContent: file.name }));
  return row;
}

function showPicture(row, blob, alt) {
  const image = document.createElement("img");
  image.alt = alt;
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  // A browser need not show every format that is scored.
  image.addEventListener("error", () => image.remove());
  image.src = URL.createObjectURL(blob);
  row.cells[0].append(image);
}

async function send(path, file) {
  // As a form, so that errors name the file.
  const form = new FormData();
  form.append("image", file);
  while (true) {
    const response = await fetch(path, { method: "POST", body: form });
    if (response.status !== 503) return response;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get("retry-after") ?? 1)));
  }
}

async function show(file) {
  const row = addRow(file);
  try {
    const answer = await send("score", file);
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    const [{ score, p_value }] = said;
    row.dataset.p = p_value;
    row.cells[2].textContent = p_value.toPrecision(2);
    row.cells[3].textContent = score.toPrecision(4);
    judge();
    const map = about.maps ? await send("map", file) : undefined;
    if (map?.ok) showPicture(row, await map.blob(), `where ${file.name} is anomalous`);
    else showPicture(row, file, file.name);
  } catch (error) {
    while (row.cells.length > 2) row.deleteCell(-1);
    row.cells[1].colSpan = 3;
    row.cells[1].className = "failed";
    // What fetch throws when there is no answer is of this type, and says nothing more.
    row.cells[1].textContent = error instanceof TypeError ? "The server does not answer." : error.message;
  }
}

async function scoreAll(list) {
  results.hidden = false;
  isScoring = true;
  for (const [i, file] of list.entries()) {
    state.textContent = `Scoring ${i + 1} of ${list.length} …`;
    await show(file);
  }
  isScoring = false;
  judge();
}

let working = Promise.resolve();

function take(list) {
  if (list.length > 0) working = working.then(() => scoreAll(list));
}

level.addEventListener("input", () => {
  q = toLevel(Number(level.value));
  judge();
});
files.addEventListener("change", () => {
  take([...files.files]);
  // The same file may be chosen again.
  files.value = "";
});
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type === "drop") take([...event.dataTransfer.files]);
  });
}
judge();
