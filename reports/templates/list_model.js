"use strict";
/* The list of applications: rows, conditions, order. Nothing here touches the page. */
const config = JSON.parse(document.getElementById("config").textContent);
const F = Object.fromEntries(config.fields.map((name, at) => [name, at]));
const CODED = ["decision", "size", "stage", "rule", "grade", "region", "cover"];
const LISTED = ["fired", "gap"];
const TYPED = ["q", "from", "to", "since", "until"];
const places = Object.fromEntries(
  Object.entries(config.words).map(([family, words]) => [family, new Map(words.map((word, at) => [word[0], at]))])
);
let rows = [];
let texts = [];
let orders = {};

function emptyState() {
  return { codes: {}, q: "", from: "", to: "", since: "", until: "", sort: "", lang: "", unknown: [] };
}

function decoded(part) {
  try { return decodeURIComponent(part); } catch (error) { return part; }
}

/* Conditions from the part of the address after #; a key nobody knows is told, never silently dropped. */
function stateOf(hash) {
  const state = emptyState();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0) { if (part) state.unknown.push(decoded(part)); continue; }
    const key = part.slice(0, at), value = part.slice(at + 1);
    if (CODED.includes(key) || LISTED.includes(key)) state.codes[key] = value.split(",").map(decoded);
    else if (TYPED.includes(key) || key === "sort") state[key] = decoded(value);
    else if (key === "lang") state.lang = value === "zh" ? "zh" : "en";
    else state.unknown.push(decoded(key));
  }
  return state;
}

function hashOf(state, lang) {
  const parts = [...CODED, ...LISTED]
    .filter((key) => state.codes[key] && state.codes[key].length)
    .map((key) => `${key}=${state.codes[key].map(encodeURIComponent).join(",")}`);
  for (const key of [...TYPED, "sort"]) if (state[key]) parts.push(`${key}=${encodeURIComponent(state[key])}`);
  parts.push(`lang=${lang}`);
  return "#" + parts.join("&");
}

function searchText(value) { return value.normalize("NFKC").toLowerCase(); }

function addRows(more) {
  rows = rows.concat(more);
  for (const row of more)
    texts.push(searchText([row[F.id], row[F.name], row[F.code], row[F.enterprise]].map((part) => part || "").join("\n")));
  orders = {};
}

/* One test per condition; the empty code stands for a missing one, a code that does not occur here meets nothing. */
function tests(state) {
  const found = [];
  for (const key of CODED) {
    if (!state.codes[key]) continue;
    const wanted = new Set(state.codes[key].map((code) => (code === "" ? -1 : places[key].get(code) ?? -2)));
    found.push((row) => wanted.has(row[F[key]]));
  }
  if (state.codes.fired) {
    const wanted = new Set(state.codes.fired.map((code) => places.fired.get(code)));
    found.push((row) => row[F.fired].some((at) => wanted.has(at)));
  }
  if (state.codes.gap) found.push((row) => state.codes.gap.some((code) => gapMeets(row[F.gap], code)));
  const from = parseFloat(state.from), to = parseFloat(state.to);
  if (!Number.isNaN(from)) found.push((row) => row[F.amount] !== null && row[F.amount] >= from);
  if (!Number.isNaN(to)) found.push((row) => row[F.amount] !== null && row[F.amount] <= to);
  if (state.since) found.push((row) => row[F.day] >= state.since);
  if (state.until) found.push((row) => row[F.day] <= state.until);
  return found;
}

function gapMeets(gaps, code) {
  if (code === "any") return gaps.length > 0;
  if (code === "none") return gaps.length === 0;
  return gaps.some((at) => {
    const known = config.words.gap[at][0];
    return known === code || known.slice(0, known.indexOf(":")) === code;
  });
}

/* Places of the rows in order of a field; what is missing stands last, whichever way the order runs. */
function ordered(sort) {
  const falling = sort.startsWith("-"), key = falling ? sort.slice(1) : sort;
  const name = key in F ? key : "day";
  if (!orders[name]) {
    const at = F[name], collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
    const missing = (row) => row[at] === null || row[at] === -1 || (Array.isArray(row[at]) && !row[at].length);
    const known = [], without = [];
    rows.forEach((row, place) => (missing(row) ? without : known).push(place));
    const value = (place) => (Array.isArray(rows[place][at]) ? rows[place][at][0] : rows[place][at]);
    const text = known.length > 0 && typeof value(known[0]) === "string" && name !== "day";
    known.sort((a, b) => {
      const x = value(a), y = value(b);
      return (text ? collator.compare(x, y) : x < y ? -1 : x > y ? 1 : 0) || a - b;
    });
    orders[name] = { known, without };
  }
  const { known, without } = orders[name];
  return (falling ? known.slice().reverse() : known).concat(without);
}

/* Places of the rows that meet all conditions, in order, with the sum of their amounts. */
function matching(state) {
  const conditions = tests(state), words = searchText(state.q).split(/\s+/).filter(Boolean);
  const found = [];
  let total = 0, without = 0;
  for (const place of ordered(state.sort || "-day")) {
    const row = rows[place];
    if (!words.every((word) => texts[place].includes(word)) || !conditions.every((test) => test(row))) continue;
    found.push(place);
    if (row[F.amount] === null) without += 1; else total += row[F.amount];
  }
  return { found, total, without };
}
