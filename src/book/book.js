// The book's keys and its search. `BOOK`, a list of all clauses, comes from index.js.
const up = document.body.dataset.up;
const input = document.querySelector("#search");
const found = document.querySelector("#found");

/** Clauses that have every word, those with one in the id first. */
function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const hits = globalThis.BOOK.filter(({ id, text }) =>
    words.every((word) => `${id} ${text}`.toLowerCase().includes(word))
  );
  const first = ({ id }) => words.some((word) => id.includes(word)) ? 0 : 1;
  return hits.sort((a, b) => first(a) - first(b)).slice(0, 20);
}

function show() {
  const hits = search(input.value);
  found.replaceChildren(...hits.map(({ id, page, text }) => {
    const link = document.createElement("a");
    link.href = `${up}${page}#${id}`;
    link.append(id);
    const says = document.createElement("small");
    says.append(text.slice(0, 120));
    link.append(says);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  if (hits.length === 0) {
    const item = document.createElement("li");
    item.append("No clause has these words.");
    found.append(item);
  }
  found.hidden = input.value.trim() === "";
}

input.addEventListener("input", show);
document.addEventListener("click", ({ target }) => {
  if (!target.closest(".search")) found.hidden = true;
});

/** Goes to the next clause or the one before, from where the reader is. */
function step(by) {
  const rows = [...document.querySelectorAll(".clause")];
  const past = rows.filter((row) => row.getBoundingClientRect().top < 20).length;
  const atTop = rows[past - 1]?.getBoundingClientRect().top > -20;
  const next = rows[by > 0 ? past : past - (atTop ? 2 : 1)];
  if (next) location.hash = next.id;
}

// Who dictates, or has keys of their own, can turn these off; where nothing is remembered they are on.
const keys = document.querySelector("#keys");
try {
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
} catch { /* A page from a folder may have no storage. */ }

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    found.hidden = true;
    input.blur();
  }
  if (event.target === input || !keys.checked) return;
  const chapter = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (chapter && !event.target.closest("pre, .wide")) document.querySelector(`a[rel=${chapter}]`)?.click();
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
  if (event.key === "/") {
    event.preventDefault();
    input.focus();
  }
});
