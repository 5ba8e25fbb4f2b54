"use strict";
/* Opens the memo of the application named after #: loads its file, unpacks it, shows it. */
const config = JSON.parse(document.getElementById("config").textContent);
const unpacked = new Map();
const byId = (name) => document.getElementById(name);
let wanted = null;

const at = () => (byId("show-zh").checked ? 1 : 0);
function say(key, values) {
  return config.texts[`application_memo.${key}`][at()].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
function decoded(part) {
  try { return decodeURIComponent(part); } catch (error) { return part; }
}
/* Text of the bank: what is invisible or turns the direction of writing is shown by its number. */
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/* The number of the file an application is in, as reports/applications/names.py gives it. */
function chunkOf(id) {
  let found = 2166136261;
  for (const byte of new TextEncoder().encode(id)) found = Math.imul(found ^ byte, 16777619) >>> 0;
  return found % config.chunks;
}

/* The application and the language in the address; an identifier may hold anything, the language comes last. */
function asked() {
  const hash = location.hash.replace(/^#/, "");
  const [, id, lang] = hash.match(/^(.*?)(?:&lang=(en|zh))?$/s);
  return { id: decoded(id), lang: lang || "" };
}

async function unzipped(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function loaded(number) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `chunks/${number}.js`;
    const done = () => { script.remove(); if (unpacked.has(number)) resolve(); else reject(new Error("file")); };
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    document.head.append(script);
  });
}

window.TechCredit = { memos(number, text) { unpacked.set(number, unzipped(text)); } };

function tell(key, values) {
  byId("memo").replaceChildren();
  byId("told").textContent = say(key, values || {});
}

async function open() {
  const { id, lang } = asked();
  if (lang) byId(`show-${lang}`).checked = true;
  wanted = id;
  if (!id) { tell("which"); return; }
  const quoted = /^[\w.-]+$/.test(id) ? id : `'${id.replace(/'/g, "'\\''")}'`;
  if (typeof DecompressionStream === "undefined") {
    tell("old_browser", { command: `${config.command} --application=${visible(quoted)} --out FOLDER` });
    return;
  }
  tell("wait");
  const number = chunkOf(id);
  let found;
  try {
    if (!unpacked.has(number)) await loaded(number);
    found = await unpacked.get(number);
  } catch (error) {
    if (wanted === id) tell("file", { file: `chunks/${number}.js`, command: `${config.command} --all --overwrite` });
    return;
  }
  if (wanted !== id) return;
  if (!Object.hasOwn(found, id)) { tell("absent", { id: visible(id) }); return; }
  byId("told").textContent = "";
  byId("memo").innerHTML = found[id];  // escaped where it was made, by the template of the memo page
  titled();
}

function titled() {
  document.documentElement.lang = at() ? "zh-Hans" : "en";
  document.title = `${say("title", {})} ${visible(wanted || "")}`;
  const back = byId("back");
  if (back) back.href = `${back.href.split("#")[0]}#lang=${at() ? "zh" : "en"}`;
}

for (const name of ["show-en", "show-zh"]) byId(name).addEventListener("change", titled);
window.addEventListener("hashchange", open);
titled();
open();
