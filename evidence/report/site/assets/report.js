// What a page can do where scripts run: search, filter, sort, copy, unfold. Without scripts everything can be read.
"use strict";
(function () {
  const root = document.documentElement.dataset.root;
  const words = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean);
  const holds = (text, wanted) => wanted.every((word) => text.includes(word));
  const plain = (node) => words(node.textContent).join(" ");

  // Filters: the words that a row must hold, and the kind that it must be of. A group's heading counts for its rows.
  document.querySelectorAll(".filter").forEach(function (box) {
    const table = document.getElementById(box.dataset.filters);
    const input = box.querySelector("input[type=search]");
    const told = box.querySelector(".told");
    const bodies = [...table.tBodies].map(function (body) {
      const heading = body.querySelector("tr.group");
      const rows = [...body.rows].filter((row) => row !== heading);
      return { body, heading: heading ? plain(heading) : "", rows: rows.map((row) => [row, plain(row)]) };
    });
    const total = bodies.reduce((sum, { rows }) => sum + rows.length, 0);
    function apply() {
      const wanted = words(input.value);
      const choice = box.querySelector("input[type=radio]:checked");
      const kinds = choice && choice.value ? choice.value.split(" ") : [];
      const chosen = [...box.querySelectorAll("select[name]")].filter((select) => select.value);
      const fits = (row) => chosen.every(({ name, value }) => (row.dataset[name] || "").split(" ").includes(value));
      let shown = 0;
      for (const { body, heading, rows } of bodies) {
        let here = 0;
        for (const [row, text] of rows) {
          row.hidden = !holds(heading + " " + text, wanted) || (kinds.length > 0 && !kinds.includes(row.dataset.kind)) || !fits(row);
          here += !row.hidden;
        }
        body.hidden = here === 0;
        shown += here;
      }
      told.textContent = shown === total ? "" : shown + " of " + total + " shown";
    }
    box.hidden = false;
    box.addEventListener("input", apply);
    box.addEventListener("change", apply);
    apply(); // the browser may have kept what was typed
  });

  // Sorting: a button in each heading; a second press turns the order round. Numbers stand before words.
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = (cell.dataset.value || cell.textContent).trim();
    const number = /^[−-]?[\d\s\u202f]*\.?\d+(?![\w–-])/.exec(text);
    return number ? parseFloat(number[0].replace("−", "-").replace(/[\s\u202f]/g, "")) : text;
  };
  const compare = (one, other) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return typeof one === "number" ? one - other : one.localeCompare(other, "en");
  };
  document.querySelectorAll("table[data-sortable]").forEach(function (table) {
    [...table.tHead.rows[0].cells].forEach(function (cell, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", function () {
        const down = cell.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        for (const body of table.tBodies) {
          const rows = [...body.rows].map((row) => [value(row, column), row]);
          const filled = rows.filter(([key]) => key !== "");
          filled.sort((one, other) => (down ? -1 : 1) * compare(one[0], other[0]));
          body.append(...filled.map(([, row]) => row), ...rows.filter(([key]) => key === "").map(([, row]) => row));
        }
      });
    });
  });

  // Copying, with the old way where a browser keeps the clipboard from a page that was opened from a folder.
  function copyOldWay(text) {
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "hidden";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
  document.querySelectorAll("button.copy").forEach(function (button) {
    const label = button.textContent;
    const target = document.getElementById(button.dataset.copies);
    const told = document.createElement("span");
    told.className = "hidden";
    told.setAttribute("role", "status");
    button.after(told);
    button.hidden = false;
    button.addEventListener("click", async function () {
      const text = target.textContent.trim();
      let done = false;
      try {
        await navigator.clipboard.writeText(text);
        done = true;
      } catch {
        done = copyOldWay(text);
        button.focus();
      }
      button.textContent = told.textContent = done ? "Copied" : "Not copied: select the text";
      setTimeout(function () { button.textContent = label; told.textContent = ""; }, 2000);
    });
  });

  // Unfolding: all at once, whatever a link leads into, and everything for print.
  document.querySelectorAll("button.unfold").forEach(function (button) {
    const boxes = document.getElementById(button.dataset.unfolds).querySelectorAll("details");
    const label = button.textContent;
    if (boxes.length === 0) return;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", function () {
      const open = button.getAttribute("aria-expanded") === "false";
      boxes.forEach((box) => { box.open = open; });
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Fold everything" : label;
    });
  });
  function openAround() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return; // a fragment that is no address leads nowhere
    }
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    if (target) target.scrollIntoView();
  }
  addEventListener("hashchange", openAround);
  openAround();
  let folded = [];
  addEventListener("beforeprint", function () {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((box) => { box.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((box) => { box.open = false; }));

  // Search: the index is loaded when somebody begins.
  const form = document.querySelector("form.search");
  const input = form.querySelector("input");
  const found = document.getElementById("search-found");
  const status = document.getElementById("search-told");
  const LIMIT = 12;
  let index = null;
  function load() {
    if (index || document.querySelector("script[data-index]")) return;
    const script = document.createElement("script");
    script.src = root + "assets/search.js";
    script.dataset.index = "";
    script.addEventListener("load", function () {
      index = window.evidenceIndex.map((row) => [row, words(row[0] + " " + row[1] + " " + row[2]).join(" ")]);
      look();
    });
    document.head.append(script);
  }
  function line(row) {
    const link = document.createElement("a");
    link.href = root + row[3];
    for (const [tag, name, text] of [["span", "kind", row[0]], ["strong", "", row[1]], ["span", "text", row[2]]]) {
      const part = document.createElement(tag);
      part.className = name;
      part.textContent = text;
      link.append(part, " ");
    }
    const item = document.createElement("li");
    item.append(link);
    return item;
  }
  function close() {
    found.hidden = true;
    status.textContent = "";
  }
  function look() {
    const wanted = words(input.value);
    if (!index || wanted.length === 0) return close();
    const inTitle = ([row]) => !holds(words(row[1]).join(" "), wanted);
    const hits = index.filter(([, text]) => holds(text, wanted)).sort((one, other) => inTitle(one) - inTitle(other));
    const told = hits.length === 0 ? "Nothing found" : hits.length > LIMIT ? "The first " + LIMIT + " of " + hits.length : hits.length + " found";
    const list = document.createElement("ul");
    list.append(...hits.slice(0, LIMIT).map(([row]) => line(row)));
    const head = document.createElement("p");
    head.textContent = told;
    found.replaceChildren(head, list);
    found.hidden = false;
    status.textContent = told;
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const first = found.querySelector("a");
    if (!found.hidden && first) first.click();
  });
  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load(); look(); });
  form.addEventListener("keydown", function (event) {
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { close(); input.focus(); }
    if (found.hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
    (next || (event.key === "ArrowDown" ? links[links.length - 1] : input)).focus();
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
})();
