/* The list of applications: what a reader sees. Text of the bank goes in by textContent alone. */
const COLUMNS = config.columns;
const ROWS_SHOWN = 50;
const ROWS_PRINTED = 2000;
const byId = (name) => document.getElementById(name);
let state = stateOf(location.hash);
let page = 0;
let result = { found: [], total: 0, without: 0 };
let memos = null;
let writing = 0;

const lang = () => (byId("show-zh").checked ? "zh" : "en");
const at = () => (lang() === "zh" ? 1 : 0);

function say(key, values) {
  return config.texts[key][at()].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties || {});
  made.append(...children.filter((child) => child !== null));
  return made;
}

/* Text of the bank: what is invisible or turns the direction of writing is shown by its number. */
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}
const foreign = (text) => make("bdi", { textContent: visible(text) });

const whole = (number) => number.toLocaleString("en-US", { maximumFractionDigits: 0 });
function money(amount) {
  return at() ? (amount / 10000).toLocaleString("en-US", { maximumFractionDigits: 2 }) : whole(amount);
}
const word = (family, place) => (place < 0 ? "–" : config.words[family][place][1 + at()]);
const currency = () => config.currency[at()];
const label = (key) => say(`applications.${key}`, { currency: currency() });

function cell(key, row) {
  if (key === "id") return make("span", {}, opened(row), row[F.enterprise] && row[F.enterprise] !== row[F.id]
    ? make("small", {}, foreign(row[F.enterprise])) : null);
  if (key === "name") return make("span", {}, row[F.name] === null ? "–" : foreign(row[F.name]),
    row[F.code] === null ? null : make("small", {}, foreign(row[F.code])));
  if (key === "code") return row[F.code] === null ? "–" : foreign(row[F.code]);
  if (key === "pd" || key === "limit") return row[F[`${key}_shown`]];
  if (key === "amount") return row[F.amount] === null ? "–" : money(row[F.amount]);
  if (key === "day") return row[F.day];
  if (key === "gap") return row[F.gap].map((place) => word("gap", place)).join(at() ? "；" : "; ") || "–";
  if (key === "region") return foreign(word("region", row[F.region]));
  return word(key, row[F[key]]);
}

/* The way to the memo: all of them, one beside the report, or how to write it. */
function opened(row) {
  const id = row[F.id];
  if (memos === "all")
    return make("a", { href: `${config.memos}memo.html#${encodeURIComponent(id)}&lang=${lang()}` }, foreign(id));
  if (row[F.memo]) return make("a", { href: `memos/${row[F.memo]}.${lang()}.html` }, foreign(id));
  const button = make("button", { type: "button", className: "how" }, foreign(id));
  button.setAttribute("aria-label", say("applications.how_open", { id: visible(id) }));
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => told(button, id));
  return button;
}

function told(button, id) {
  const row = button.closest("tr"), next = row.nextElementSibling;
  if (next && next.classList.contains("told")) {
    next.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const listed = visible(id) !== id;
  const quoted = /^[\w.-]+$/.test(id) ? id : `'${id.replace(/'/g, "'\\''")}'`;
  const shown = make("td", { colSpan: COLUMNS.length }, say(listed ? "applications.how_list" : "applications.how", {}), " ",
    make("code", { textContent: `${config.command} ${listed ? "--list FILE.json" : `--application=${quoted}`} --out FOLDER` }));
  shown.setAttribute("role", "cell");
  const made = make("tr", { className: "told" }, shown);
  made.setAttribute("role", "row");
  row.after(made);
  button.setAttribute("aria-expanded", "true");
}

function showRows(first, count) {
  const body = byId("rows");
  body.replaceChildren(...result.found.slice(first, first + count).map((place) => {
    const row = rows[place];
    const made = make("tr", { className: config.words.decision[row[F.decision]]?.[0] ?? "" });
    made.setAttribute("role", "row");
    for (const key of COLUMNS) {
      const shown = make("td", { className: `c-${key}` }, cell(key, row));
      shown.dataset.label = label(key);
      shown.setAttribute("role", "cell");
      made.append(shown);
    }
    return made;
  }));
}

function showHeads() {
  const falling = (state.sort || "-day").startsWith("-"), by = (state.sort || "-day").replace(/^-/, "");
  byId("heads").replaceChildren(...COLUMNS.map((key) => {
    const button = make("button", { type: "button", textContent: label(key), title: say("applications.sort_by", { what: label(key) }) });
    button.addEventListener("click", () => {
      const down = by === key ? !falling : ["pd", "amount", "day"].includes(key);
      change(() => { state.sort = (down ? "-" : "") + key; });
      byId("heads").querySelector(`.c-${key} button`).focus();
    });
    const head = make("th", { scope: "col", className: `c-${key}` }, button);
    head.setAttribute("role", "columnheader");
    head.setAttribute("aria-sort", by === key ? (falling ? "descending" : "ascending") : "none");
    return head;
  }));
  const options = COLUMNS.flatMap((key) => ["", "-"].map((sign) =>
    make("option", { value: sign + key, textContent: `${label(key)} – ${say(`applications.${sign ? "falling" : "rising"}`, {})}` })));
  byId("sort").replaceChildren(...options);
  byId("sort").value = state.sort || "-day";
}

function showFilters() {
  for (const key of config.filters) {
    const chosen = state.codes[key] || [];
    const options = [make("option", { value: "", textContent: say("applications.all", {}) })];
    for (const [code, en, zh] of choices(key)) options.push(make("option", { value: `=${code}`, textContent: visible(at() ? zh : en) }));
    if (chosen.length && (chosen.length > 1 || !options.some((option) => option.value === `=${chosen[0]}`)))
      options.push(make("option", { value: "+", textContent: allNamed(key, chosen) }));
    const field = byId(`f-${key}`);
    field.replaceChildren(...options);
    field.value = chosen.length > 1 ? "+" : chosen.length ? `=${chosen[0]}` : "";
    if (chosen.length && field.selectedIndex < 0) field.value = "+";
  }
  for (const key of TYPED) if (document.activeElement !== byId(`f-${key}`)) byId(`f-${key}`).value = state[key];
}

function choices(key) {
  if (key !== "gap") return config.words[key];
  const special = ["any", "none"].map((code) => [code, ...config.texts[`applications.${code}`]]);
  return config.words.gap.length ? [...special, ...config.words.gap] : [];
}

/* Several codes in words; those that do not occur here meet nothing, and are told where no other is asked for. */
function allNamed(key, codes) {
  const known = [...choices(key), ...(key === "gap" ? config.tables : []), [""]].map((one) => one[0]);
  const there = codes.filter((code) => known.includes(code));
  return (there.length ? there : codes).map((code) => named(key, code)).join(" / ");
}

function named(key, code) {
  const known = [...choices(key), ...(key === "gap" ? config.tables : [])].find((one) => one[0] === code);
  return known ? visible(known[1 + at()]) : code === "" ? "–" : say("applications.unknown_code", { code: visible(code) });
}

function showConditions() {
  const listed = [...CODED, ...LISTED].filter((key) => state.codes[key]).map((key) => [key,
    `${label(key)}${at() ? "：" : ": "}${allNamed(key, state.codes[key])}`]);
  const titles = { q: "search", from: "amount_from", to: "amount_to", since: "day_from", until: "day_to" };
  for (const key of TYPED) if (state[key]) listed.push([key, `${label(titles[key])}${at() ? "：" : ": "}${visible(state[key])}`]);
  byId("conditions").replaceChildren(...listed.map(([key, what]) => {
    const button = make("button", { type: "button" }, what, make("span", { textContent: " ×", ariaHidden: "true" }));
    button.setAttribute("aria-label", say("applications.remove", { what }));
    button.addEventListener("click", () => { change(() => { delete state.codes[key]; if (TYPED.includes(key)) state[key] = ""; }); byId("f-q").focus(); });
    return make("li", {}, button);
  }), ...(listed.length ? [make("li", {}, cleared())] : []));
}

function cleared() {
  const button = make("button", { type: "button", className: "clear", textContent: say("applications.clear", {}) });
  button.addEventListener("click", () => { change(() => { state = { ...emptyState(), sort: state.sort }; }); byId("f-q").focus(); });
  return button;
}

function showPage() {
  const pages = Math.max(1, Math.ceil(result.found.length / ROWS_SHOWN));
  page = Math.min(page, pages - 1);
  showRows(page * ROWS_SHOWN, ROWS_SHOWN);
  const last = Math.min((page + 1) * ROWS_SHOWN, result.found.length);
  const range = say("applications.page", { first: whole(page * ROWS_SHOWN + 1), last: whole(last), found: whole(result.found.length) });
  for (const part of document.querySelectorAll(".pager")) {
    part.hidden = pages < 2;
    part.querySelector(".range").textContent = range;
    for (const button of part.querySelectorAll("button")) {
      button.textContent = say(`applications.${button.dataset.to}`, {});
      button.disabled = ["first", "previous"].includes(button.dataset.to) ? page === 0 : page === pages - 1;
    }
  }
}

function show() {
  result = matching(state);
  const counted = { found: whole(result.found.length), all: whole(rows.length), currency: currency(), total: money(result.total) };
  byId("count").textContent = say("applications.found", counted)
    + (result.without ? say("applications.without_amount", { count: whole(result.without) }) : "")
    + (result.found.length ? "" : ` ${say("applications.nothing", {})}`);
  showConditions();
  showPage();
}

function showAll() {
  document.documentElement.lang = at() ? "zh-Hans" : "en";
  document.title = config.title[at()];
  for (const part of document.querySelectorAll("[data-text]")) {
    const shown = label(part.dataset.text);
    if (part.dataset.into) part.setAttribute(part.dataset.into, shown); else part.textContent = shown;
  }
  showHeads();
  showFilters();
  showLoaded();
  showMemos();
  show();
}

/* A change by the reader: the first page of the new list, and the address that says it. */
function change(what) {
  what();
  page = 0;
  showHeads();
  showFilters();
  show();
  remember();
}

function remember() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    try { history.replaceState(null, "", hashOf(state, lang())); } catch (error) { location.replace(hashOf(state, lang())); }
  }, 200);
}
