// Judges the files of a folder, each `{ markdown, card, links, ours }`: a message's Markdown, its card
// or null, the links that may be in them, and whether all of it is ours to judge. Run by
// scripts/adaptive-cards.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [installed, folder] = process.argv.slice(2);
const require = createRequire(resolve(installed, "packages"));
const official = require("adaptivecards/dist/adaptivecards.js");
// As strict as the strictest client: bare addresses become links, too.
const markdown = require("markdown-it")({ linkify: true });

// What the official parser says of a card, read as version 1.3.
function ofCard(json) {
  const context = new official.SerializationContext(official.Versions.v1_3);
  const card = new official.AdaptiveCard();
  card.parse(json, context);
  const findings = [];
  for (let index = 0; index < context.eventCount; index++) {
    findings.push(context.getEventAt(index).message);
  }
  for (const event of card.validateProperties().validationEvents) findings.push(event.message);
  lost(json, card.toJSON(), "card", findings);
  return findings;
}

// What the parser did not take up, because version 1.3 has no such property.
function lost(ours, theirs, path, findings) {
  if (ours === null || typeof ours !== "object") {
    if (ours !== theirs) findings.push(`${path} is not taken up`);
    return;
  }
  for (const [key, value] of Object.entries(ours)) {
    if (theirs === undefined || !(key in theirs)) findings.push(`${path}.${key} is not taken up`);
    else lost(value, theirs[key], `${path}.${key}`, findings);
  }
}

const calm = new Set([
  "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open",
  "list_item_close", "inline", "text", "strong_open", "strong_close", "em_open", "em_close",
  "link_open", "link_close", "softbreak", "hardbreak", "code_inline",
]);

// What a Markdown parser finds in a text beside formatting of the kinds that we use, and links that are
// not ours.
function ofText(text, links) {
  const findings = [];
  const walk = (tokens) => {
    for (const token of tokens ?? []) {
      if (!calm.has(token.type)) findings.push(`${token.type} in ${JSON.stringify(text)}`);
      if (token.type === "link_open" && !links.includes(token.attrGet("href"))) {
        findings.push(`a link to ${token.attrGet("href")} in ${JSON.stringify(text)}`);
      }
      walk(token.children);
    }
  };
  walk(markdown.parse(text, {}));
  if (/<@/.test(text)) findings.push(`a mention in ${JSON.stringify(text)}`);
  return findings;
}

function texts(value) {
  if (value === null || typeof value !== "object") return [];
  const here = value.type === "TextBlock" ? [value.text] : [];
  return here.concat(...Object.values(value).map(texts));
}

function judge(file) {
  const findings = file.card ? ofCard(file.card) : [];
  if (file.ours) {
    findings.push(...ofText(file.markdown, file.links));
    for (const text of texts(file.card)) findings.push(...ofText(text, file.links));
  }
  return findings;
}

// A judge that finds nothing in these is no judge.
const planted = [
  { ours: true, links: [], markdown: "x", card: { type: "AdaptiveCard", version: "1.3", body: [{ type: "Table", columns: [] }] } },
  { ours: true, links: [], markdown: "x", card: { type: "AdaptiveCard", version: "1.3", body: [{ type: "TextBlock", text: "x", style: "heading" }] } },
  { ours: true, links: [], markdown: "x", card: { type: "AdaptiveCard", version: "1.3", body: [{ type: "TextBlock", text: "x", colour: "red" }] } },
  { ours: true, links: [], markdown: "x", card: { type: "AdaptiveCard", version: "1.3", body: [], actions: [{ type: "Action.OpenUrl", title: "x" }] } },
  { ours: true, links: [], markdown: "see evil.com", card: null },
  { ours: true, links: [], markdown: "# x", card: null },
  { ours: true, links: [], markdown: "x", card: { type: "AdaptiveCard", version: "1.3", body: [{ type: "TextBlock", text: "[x](https://evil.example)" }] } },
];
for (const file of planted) {
  if (judge(file).length === 0) {
    console.error(`the judge finds nothing in ${JSON.stringify(file)}`);
    process.exit(1);
  }
}

let cards = 0;
let wrong = 0;
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
for (const name of names) {
  const file = JSON.parse(readFileSync(join(folder, name), "utf8"));
  cards += file.card ? 1 : 0;
  for (const finding of judge(file)) {
    wrong += 1;
    console.error(`${name}: ${finding}`);
  }
}
console.log(`${names.length} messages, ${cards} cards, ${wrong} findings`);
process.exit(cards > 0 && wrong === 0 ? 0 : 1);
