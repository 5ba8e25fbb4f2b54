/* The list of applications: files of data, memos, and what a reader does. */
const arrived = new Map();
const failed = [];
let wanted = [];

function showLoaded() {
  const files = config.files.filter((file) => arrived.get(file.file));
  const counted = { loaded: whole(rows.length), all: whole(config.all), files: files.length, most: whole(config.most) };
  const days = { first: files.map((file) => file.first).sort()[0], last: files.map((file) => file.last).sort().pop() };
  byId("loaded").textContent = wanted.length ? say("applications.loading", counted)
    : files.length ? say("applications.loaded", { ...counted, ...days }) : "";
  const left = config.files.filter((file) => !arrived.has(file.file) && !wanted.includes(file));
  const missing = left.reduce((sum, file) => sum + file.rows, 0);
  byId("more").hidden = !missing;
  byId("more").querySelector("button").textContent = say("applications.more", { count: whole(missing) });
  const told = failed.map(([key, file]) => say(`applications.${key}`, { file: file.file, rows: whole(file.rows) }));
  for (const key of state.unknown) told.push(say("applications.unknown_key", { key: visible(key) }));
  byId("faults").replaceChildren(...told.map((text) => make("p", { textContent: text })));
}

function showMemos() {
  const counts = { written: whole(config.written), count: whole(config.all), folder: config.memos };
  byId("memos").replaceChildren(say(`applications.memos_${memos || "some"}`, counts),
    ...(memos === "all" ? [] : [" ", make("code", { textContent: `${config.command} --all${memos ? " --overwrite" : ""}` })]));
}

/* Newest first, one after the other, so that the page answers while the rest comes. */
function loadNext() {
  const file = wanted[0];
  if (!file) { showAll(); return; }
  const script = make("script", { src: file.file });
  const done = () => {
    script.remove();
    wanted = wanted.slice(1);
    if (!arrived.has(file.file)) { arrived.set(file.file, false); failed.push(["absent", file]); }
    if (wanted.length) { showLoaded(); show(); }
    loadNext();
  };
  script.addEventListener("load", done);
  script.addEventListener("error", done);
  document.head.append(script);
}

function load(most) {
  let sum = rows.length;
  const left = config.files.filter((file) => !arrived.has(file.file)).reverse();
  wanted = left.filter((file, place) => { sum += file.rows; return place === 0 || sum <= most; });
  loadNext();
}

window.TechCredit = {
  rows(name, run, more) {
    const file = config.files.find((one) => one.file === `applications/${name}.js`);
    if (!file || arrived.has(file.file)) return;
    if (run !== config.run || more.length !== file.rows) {
      arrived.set(file.file, false);
      failed.push(["other_run", file]);
      return;
    }
    arrived.set(file.file, true);
    addRows(more);
  },
  memos(told) { memos = told.run === config.run && told.count === config.all ? "all" : "other"; },
};

for (const key of config.filters)
  byId(`f-${key}`).addEventListener("change", (event) => {
    const value = event.target.value;
    if (value === "+") return;
    change(() => { if (value) state.codes[key] = [value.slice(1)]; else delete state.codes[key]; });
  });
for (const key of TYPED)
  byId(`f-${key}`).addEventListener("input", (event) => {
    state[key] = event.target.value;
    page = 0;
    show();
    remember();
  });
byId("sort").addEventListener("change", (event) => change(() => { state.sort = event.target.value; }));
byId("search").addEventListener("submit", (event) => event.preventDefault());
byId("more").querySelector("button").addEventListener("click", () => load(Infinity));
for (const button of document.querySelectorAll(".pager button"))
  button.addEventListener("click", () => {
    const last = Math.ceil(result.found.length / ROWS_SHOWN) - 1;
    page = { first: 0, previous: page - 1, next: page + 1, last }[button.dataset.to];
    showPage();
    byId("list").scrollIntoView();
  });
for (const name of ["show-en", "show-zh"]) byId(name).addEventListener("change", () => { showAll(); remember(); });
window.addEventListener("hashchange", () => {
  state = stateOf(location.hash);
  page = 0;
  if (state.lang) byId(`show-${state.lang}`).checked = true;
  showAll();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  byId("f-q").focus();
});
window.addEventListener("beforeprint", () => {
  byId("printed").textContent = result.found.length > ROWS_PRINTED ? say("applications.printed", { count: whole(ROWS_PRINTED) }) : "";
  showRows(0, ROWS_PRINTED);
});
window.addEventListener("afterprint", () => { byId("printed").textContent = ""; showPage(); });

if (state.lang) byId(`show-${state.lang}`).checked = true;
byId("filters").open = window.innerWidth > 760;
showAll();
const known = make("script", { src: `${config.memos}written.js` });
for (const name of ["load", "error"]) known.addEventListener(name, () => { known.remove(); load(config.automatic); });
document.head.append(known);
