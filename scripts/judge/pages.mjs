// Writes pages that draw cards with the official renderer, much as Webex shows them, and prints each
// page's name. Run by scripts/adaptive-cards.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [installed, folder] = process.argv.slice(2);
const script = (path) => readFileSync(resolve(installed, "node_modules", path), "utf8");
const cards = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => ({
    name: name.replace(/\.json$/, ""),
    card: JSON.parse(readFileSync(join(folder, name), "utf8")).card,
  }))
  .filter(({ card }) => card);

const schemes = {
  light: { paper: "#ffffff", card: "#ffffff", ink: "#121212", quiet: "#636363", line: "#d6d6d6", link: "#0b6bcb", button: "#1170cf", go: "#185e46" },
  dark: { paper: "#121212", card: "#1f1f1f", ink: "#f2f2f2", quiet: "#a8a8a8", line: "#444444", link: "#63b1ff", button: "#63b1ff", go: "#3cc29a" },
};

function hostConfig(scheme) {
  const colour = { default: scheme.ink, subtle: scheme.quiet };
  const colours = { default: colour, accent: colour, good: colour, warning: colour, attention: colour };
  return {
    fontFamily: "Inter, 'Segoe UI', 'DejaVu Sans', sans-serif",
    fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 24 },
    spacing: { small: 4, default: 8, medium: 14, large: 20, extraLarge: 28, padding: 14 },
    separator: { lineThickness: 1, lineColor: scheme.line },
    containerStyles: { default: { backgroundColor: scheme.card, foregroundColors: colours } },
    actions: { maxActions: 5, actionsOrientation: "Horizontal", actionAlignment: "Left", buttonSpacing: 8 },
  };
}

function page(shown, scheme) {
  const data = JSON.stringify(shown).replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 12px; display: grid; grid-template-columns: repeat(3, 420px); gap: 4px 16px; align-items: start; background: ${scheme.paper}; }
h2 { font: 11px monospace; color: ${scheme.quiet}; margin: 10px 0 3px; }
.card { border: 1px solid ${scheme.line}; border-radius: 8px; overflow: hidden; }
a { color: ${scheme.link}; text-decoration: none; }
p { margin: 0; }
.ac-pushButton { font: 600 13px Inter, 'DejaVu Sans', sans-serif; padding: 4px 12px; border-radius: 14px;
  border: 1px solid ${scheme.button}; background: none; color: ${scheme.button}; }
.ac-pushButton.style-positive { border-color: ${scheme.go}; color: ${scheme.go}; }
</style><body><script>${script("adaptivecards/dist/adaptivecards.js")}</script>
<script>${script("markdown-it/dist/markdown-it.js")}</script><script>
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownit().render(text);
  result.didProcess = true;
};
for (const { name, card } of ${data}) {
  const heading = document.createElement("h2");
  heading.textContent = name;
  const frame = document.createElement("div");
  frame.className = "card";
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(hostConfig(scheme))});
  drawn.parse(card);
  frame.append(drawn.render());
  const cell = document.createElement("div");
  cell.append(heading, frame);
  document.body.append(cell);
}
</script>`;
}

// The hostile ones and the other languages need one look; English is looked at in both schemes.
for (const language of ["en", "nl", "fr", "hostile"]) {
  const names = cards.filter(({ name }) => name.startsWith(`${language}-`));
  for (let from = 0; from < names.length; from += 9) {
    for (const scheme of language === "en" ? ["light", "dark"] : ["light"]) {
      const path = join(folder, `${language}-${from / 9 + 1}-${scheme}`);
      writeFileSync(`${path}.html`, page(names.slice(from, from + 9), schemes[scheme]));
      console.log(path);
    }
  }
}
