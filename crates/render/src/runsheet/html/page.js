"use strict";
for (const text of document.querySelectorAll("span.copy")) {
  const value = text.textContent;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "copy", title: "Copy", textContent: value });
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(value);
      button.textContent = "copied";
      setTimeout(() => { button.textContent = value; }, 1000);
    } catch {
      getSelection().selectAllChildren(button);
    }
  };
  text.replaceWith(button);
}
const mark = () => {
  const now = Date.now();
  for (const meeting of document.querySelectorAll("[data-from]")) {
    const { from, to } = meeting.dataset;
    meeting.classList.toggle("now", from <= now && now < to);
  }
};
mark();
setInterval(mark, 20000);
