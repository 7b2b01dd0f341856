// Looks at a page as it is laid out, in the document of a frame, and names what is wrong with it.
"use strict";
const audit = (doc, dark) => {
  const view = doc.defaultView;
  const root = doc.documentElement;
  const findings = [];
  const say = (kind, element, text) => {
    const words = (text ?? element.textContent).trim().replace(/\s+/g, " ").slice(0, 60);
    findings.push(`${kind}: <${element.localName} class="${element.className}"> ${words}`);
  };
  if (view.matchMedia("(prefers-color-scheme: dark)").matches !== dark) findings.push("scheme: not the one asked for");
  if (!view.getComputedStyle(doc.body).getPropertyValue("--ink")) findings.push("styles: they were not let in");
  if (doc.querySelector("span.copy")) findings.push("script: it was not let in");
  if (root.scrollWidth > root.clientWidth) {
    findings.push(`overflow: the page is ${root.scrollWidth} wide, of ${root.clientWidth}`);
  }

  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, view.getComputedStyle(element));
    return styles.get(element);
  };
  const rgb = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(style(at).backgroundColor);
      if (color.a === 1) return color;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  // What of a rectangle shows: the rest is cut off by an element around it, or can be scrolled to.
  const shown = (rect, element) => {
    let { left, top, right, bottom } = rect;
    let [cut, scrolls] = [false, false];
    for (let at = element; at && at !== doc.body; at = at.parentElement) {
      const { overflowX, overflowY } = style(at);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const box = at.getBoundingClientRect();
      const outside = left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
      if (outside && (overflowX === "auto" || overflowX === "scroll")) scrolls = true;
      else if (outside) cut = true;
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
    }
    return { left, top, right, bottom, cut: cut && !scrolls, empty: right - left < 1 || bottom - top < 1 };
  };

  const lines = [];
  const walker = doc.createTreeWalker(doc.body, view.NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    if (!element.checkVisibility() || style(element).clipPath !== "none" || element.closest("thead")?.offsetWidth === 1) continue;
    const { color, fontSize, fontWeight } = style(element);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && fontWeight >= 700);
    const ratio = contrast(rgb(color), background(element));
    if (ratio < (large ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)}`, element, node.data);
    const range = doc.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue;
      const part = shown(rect, element);
      // What does not fit is allowed where the whole of it is a title away.
      const title = element.closest("[title]")?.title ?? "";
      if (part.cut && !title.includes(node.data.trim())) say("cut", element, node.data);
      const block = element.closest("td, th, p, h1, h2, h3, li, nav, div, article, body");
      const box = block.getBoundingClientRect();
      if (!part.cut && !part.empty && (part.right > box.right + 1.5 || part.left < box.left - 1.5)) {
        say("outside", element, node.data);
      }
      if (!part.empty) lines.push({ ...part, node, element });
    }
  }

  for (const element of doc.body.querySelectorAll("[title]")) {
    if (element.getBoundingClientRect().height < 8) say("flat", element);
  }

  lines.sort((one, other) => one.top - other.top);
  const overlaps = new Set();
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length && lines[next].top < one.bottom - 2; next += 1) {
      const other = lines[next];
      if (other.node === one.node) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 1 && high > 3) overlaps.add(`${one.node.data.trim()} | ${other.node.data.trim()}`.slice(0, 90));
    }
  });
  for (const pair of overlaps) findings.push(`overlap: ${pair}`);

  // What stays in sight while the rest is scrolled must not be covered by it.
  for (const scroll of doc.querySelectorAll(".scroll")) {
    scroll.scrollLeft = 0.8 * scroll.clientWidth;
    for (const label of scroll.querySelectorAll("*")) {
      if (style(label).position !== "sticky" || !label.textContent.trim() || label.closest("[title]")) continue;
      const words = doc.createRange();
      words.selectNodeContents(label);
      const { left, top, width, height } = words.getBoundingClientRect();
      const over = doc.elementFromPoint(left + width / 2, top + height / 2);
      if (!label.contains(over)) say("covered", label);
    }
    scroll.scrollLeft = 0;
  }

  for (const element of doc.body.querySelectorAll("*")) {
    const { overflowX, display } = style(element);
    const inline = display === "inline" || display === "contents";
    if (!inline && overflowX === "visible" && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 2
      && !element.closest("svg, .scroll")) say("overflow", element);
  }
  return findings;
};
