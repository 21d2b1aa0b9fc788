// The page of a server: images go to `/score` and `/map` of the same server, and nowhere else.

const byId = (id) => document.getElementById(id);
const about = JSON.parse(await (await fetch("about.json")).text());
const [files, drop, level, shown, state, results] = ["files", "drop", "level", "shown", "state", "results"].map(byId);
const body = results.querySelector("tbody");

byId("about").textContent =
  `${about.method}, fitted on ${about.size} images; ${about.heldOut} normal images that it did ` +
  "not see tell how rare a score is.";

// The slider is logarithmic: one in a hundred and one in ten are as far apart as one in ten and all.
const least = 1 / (1 + about.heldOut);
const toLevel = (at) => least ** (1 - at);
level.value = 1 - Math.log(about.falseAlarms) / Math.log(least);

function judge() {
  const q = toLevel(Number(level.value));
  shown.textContent = (100 * q).toPrecision(2);
  level.setAttribute("aria-valuetext", `${shown.textContent} of 100`);
  for (const row of body.rows) {
    const anomalous = Number(row.dataset.p) <= q * (1 + 1e-9);
    const cell = row.cells[1];
    if (row.dataset.p === undefined) continue;
    cell.textContent = anomalous ? "anomalous" : "normal";
    cell.className = anomalous ? "anomalous" : "normal";
  }
}

function addRow(file) {
  const row = body.insertRow();
  for (let i = 0; i < 5; i++) row.insertCell();
  row.cells[0].textContent = file.name;
  return row;
}

async function send(path, file) {
  while (true) {
    const response = await fetch(path, {
      method: "POST",
      body: file,
      headers: { "content-type": file.type || "image/png" },
    });
    if (response.status !== 503) return response;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get("retry-after") ?? 1)));
  }
}

async function show(file) {
  const row = addRow(file);
  const answer = await send("score", file);
  const json = await answer.json();
  if (!answer.ok) {
    row.cells[1].textContent = json.error;
    return;
  }
  const [{ score, p_value }] = json;
  row.dataset.p = p_value;
  row.cells[2].textContent = p_value.toPrecision(2);
  row.cells[3].textContent = score.toPrecision(4);
  judge();
  if (!about.maps) return;
  const map = await send("map", file);
  if (!map.ok) return;
  const image = document.createElement("img");
  image.alt = `where ${file.name} is anomalous`;
  image.src = URL.createObjectURL(await map.blob());
  row.cells[4].append(image);
}

async function take(list) {
  results.hidden = false;
  let done = 0;
  for (const file of list) {
    state.textContent = `Scoring ${++done} of ${list.length} …`;
    await show(file);
  }
  state.textContent = `${done} image${done === 1 ? "" : "s"} scored.`;
}

level.addEventListener("input", judge);
files.addEventListener("change", () => take([...files.files]));
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type === "drop") take([...event.dataTransfer.files]);
  });
}
judge();
