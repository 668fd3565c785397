"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const box = document.getElementById("trace");
  const title = document.getElementById("trace-title");
  const body = box.querySelector(".body");
  let anchor = null, pinned = false, timer = 0;

  const make = (name, text, css) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (css) node.className = css;
    return node;
  };
  const expand = (text) => text ? text.split(",").flatMap((part) => {
    const [a, b] = part.split("-").map(Number);
    return Array.from({length: (b === undefined ? a : b) - a + 1}, (_, i) => a + i);
  }) : [];
  const table = (heads, rows) => {
    const node = make("table", undefined, "stat"), head = node.createTHead().insertRow(), rest = node.createTBody();
    for (const words of heads) {
      const th = make("th", words, words === {{ say("Remark")|tojson }} ? "t" : undefined);
      th.scope = "col";
      head.append(th);
    }
    for (const cells of rows) rest.insertRow().append(...cells);
    return node;
  };
  const near = (node, name) => { const found = node.closest(`[data-${name}]`); return found && found.dataset[name]; };
  const profileOf = (p) => document.querySelector(`.profile[data-p="${p}"]`);
  const cellOf = (p, k) => profileOf(p).querySelector(`tr[data-k="${k}"]`);

  /* what a number of one profile was made from */
  const tellProfile = (p, k, button) => {
    const [id, assay, section, values, sets, further] = data.profiles[p];
    const row = cellOf(p, k), place = profileOf(p), rows = expand(sets[data.sets[k]]);
    title.replaceChildren(make("bdi", id), `{{ say(", ${assay}: ${row.cells[0].textContent}") }}`);
    const value = values[k];
    body.append(make("p", data.labels[k] + {{ say(".")|tojson }}));
    if (value === null) {
      const reason = data.reasons[button.dataset.w] || "";
      body.append(make("p", {{ say("Missing. ")|tojson }} + (further.startsWith(reason) && reason ? further : reason), "full"));
    } else {
      body.append(make("p", `{{ say("In full: ${value}") }}`, "full"));
    }
    const marks = button.querySelector("sup");
    for (const mark of marks ? marks.textContent : "") body.append(make("p", `${mark} ${data.flags[mark]}`));
    const listing = place.querySelector(".samples tbody").rows;
    if (value !== null && rows.length) {
      body.append(table([{{ say("Day")|tojson }}, {{ say("Reported")|tojson }}, {{ say("Used")|tojson }}, {{ say("Remark")|tojson }}, {{ say("Input row")|tojson }}], rows.map((i) =>
        [0, 2, 4, 5, 6].map((c) => listing[i].cells[c].cloneNode(true)))));
    }
    const where = place.closest(".person");
    if (!where.contains(button)) {
      const link = make("a", {{ say("To the subject")|tojson }}); link.href = "#" + section;
      const line = make("p"); line.append(link); body.append(line);
    }
    if (value !== null) light(place, rows);
  };

  /* whose values a statistic was made from */
  const tellGroup = (g, k) => {
    const [name, members] = data.groups[g];
    title.textContent = `{{ say("${name}: ${cellOf(members[0], k).cells[0].textContent}") }}`;
    body.append(table([{{ say("Subject")|tojson }}, {{ say("Value")|tojson }}], members.map((p) => {
      const link = make("a"), who = make("td", undefined, "t"), shown = make("td");
      link.href = "#" + data.profiles[p][2];
      link.append(make("bdi", data.profiles[p][0]));
      who.append(link);
      shown.append(...cellOf(p, k).cells[1].querySelector("button").cloneNode(true).childNodes);
      return [who, shown];
    })));
    for (const p of members) for (const line of document.querySelectorAll(`.all a[data-p="${p}"]`)) {
      line.classList.add("lit");
      line.closest("svg").classList.add("some");
    }
  };

  const light = (place, rows) => {
    const some = new Set(rows.map(String));
    for (const mark of place.querySelectorAll("[data-i]")) if (some.has(mark.dataset.i)) {
      mark.classList.add("lit");
      mark.closest("svg").classList.add("some");
    }
    const listing = place.querySelector(".samples tbody").rows;
    for (const i of rows) listing[i].classList.add("lit");
  };

  const put = (button) => {
    if (matchMedia("(max-width:48rem)").matches) return;
    /* beside the number, never over it, and below the curve it belongs to where there is room */
    box.style.maxHeight = "";
    const at = button.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    const place = button.closest(".profile"), curve = place && place.querySelector("figure").getBoundingClientRect();
    const least = curve && innerHeight - curve.bottom > 190 ? Math.max(8, curve.bottom + 4) : 8;
    box.style.maxHeight = `${Math.min(384, innerHeight - least - 8)}px`;
    const width = box.offsetWidth, height = box.offsetHeight;
    const right = at.right + 12 + width <= wide - 8, fits = right || at.left - 12 - width >= 8;
    const left = right ? at.right + 12 : fits ? at.left - 12 - width : Math.max(8, wide - width - 12);
    let top = Math.max(least, Math.min(fits ? at.top - 12 : at.bottom + 6, innerHeight - height - 8));
    if (!fits && top < at.bottom) top = at.top - height - 6 >= 8 ? at.top - height - 6 : at.bottom + 6;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    if (anchor) anchor.removeAttribute("aria-expanded");
    anchor = null; pinned = false; box.hidden = true; body.replaceChildren();
    for (const css of ["lit", "some"]) for (const node of document.querySelectorAll("." + css)) node.classList.remove(css);
  };
  const show = (button, pin) => {
    if (anchor !== button) {
      hide();
      const g = near(button, "g"), k = Number(near(button, "k")), p = near(button, "p");
      anchor = button;
      if (g !== null && g !== undefined) tellGroup(Number(g), k); else tellProfile(Number(p), k, button);
      box.hidden = false;
      box.scrollTop = 0;
      put(button);
    }
    pinned = pin;
    if (pin) button.setAttribute("aria-expanded", "true");
  };
  const number = (node) => node.closest ? node.closest("main td button") : null;

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || pinned) return;
    const button = number(event.target);
    if (button) { clearTimeout(timer); timer = setTimeout(show, 90, button, false); }
    else if (box.contains(event.target)) clearTimeout(timer);
    else { clearTimeout(timer); if (anchor) timer = setTimeout(hide, 160); }
  });
  document.addEventListener("click", (event) => {
    const button = number(event.target);
    if (button) {
      clearTimeout(timer);
      if (pinned && anchor === button) hide();
      else { show(button, true); focusBox(event); }
    } else if (event.target.closest(".close")) leave();
    else if (event.target.closest("#trace a")) hide();
    else if (!box.contains(event.target)) hide();
  });
  /* opened by the keyboard (a click without a place): the focus goes in, and comes back with Escape */
  const focusBox = (event) => { if (event.detail === 0) box.focus({preventScroll: true}); };
  const leave = () => { const back = anchor; hide(); if (back) back.focus({preventScroll: true}); };

  /* one stop for Tab in each table, arrows inside */
  const rest = (button) => {
    for (const other of button.closest("table").querySelectorAll('td button[tabindex="0"]')) other.tabIndex = -1;
    button.tabIndex = 0;
  };
  for (const one of document.querySelectorAll("main table")) {
    one.querySelectorAll("td button").forEach((button, i) => { button.type = "button"; button.ariaHasPopup = "dialog"; button.tabIndex = i ? -1 : 0; });
  }
  const step = (button, dx, dy) => {
    const rows = [...button.closest("table").querySelectorAll("tr")].filter((row) => row.querySelector("td button"));
    let y = rows.indexOf(button.closest("tr"));
    let x = [...rows[y].querySelectorAll("td")].indexOf(button.closest("td"));
    x += dx; y += dy;
    const cell = rows[y] && rows[y].querySelectorAll("td")[x];
    return cell && cell.querySelector("button");
  };
  const arrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  document.addEventListener("keydown", (event) => {
    const button = number(event.target);
    if (event.key === "Escape" && !box.hidden) { event.preventDefault(); leave(); }
    else if (event.key === "Escape" && find.value) { find.value = ""; search(); }
    else if (button && arrows[event.key]) {
      const next = step(button, ...arrows[event.key]);
      event.preventDefault();
      if (next) { hide(); rest(next); next.focus(); }
    } else if (event.key === "/" && !event.target.closest("input") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      find.focus();
    }
  });
  document.addEventListener("focusin", (event) => {
    const button = number(event.target);
    if (button) rest(button);
    if (anchor && !pinned && button !== anchor) hide();
  });

  /* the column of contents: search, and where the reader is */
  const find = document.getElementById("find"), found = document.getElementById("found");
  const people = [...document.querySelectorAll(".people li")];
  const search = () => {
    const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const li of people) {
      li.hidden = !words.every((word) => li.dataset.f.includes(word));
      n += li.hidden ? 0 : 1;
    }
    found.textContent = words.length ? `{{ say("${n} of ${people.length} subjects") }}` : "";
  };
  find.addEventListener("input", search);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const first = people.find((li) => !li.hidden);
      if (first) location.hash = first.firstElementChild.hash;
    }
  });
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    const here = [...links.keys()].filter((id) => seen.has(id)).pop();
    for (const [id, a] of links) {
      if (id === here) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current");
    }
  }, {rootMargin: "-10% 0px -75%"});
  for (const id of links.keys()) { const node = document.getElementById(id); if (node) watch.observe(node); }
  if (matchMedia("(max-width:48rem)").matches) document.querySelector("nav details").open = false;

  /* the name of the line that is pointed at, under the picture */
  for (const line of document.querySelectorAll(".all a")) {
    const read = line.closest("figure").querySelector(".read");
    line.addEventListener("pointerenter", () => { read.textContent = data.profiles[line.dataset.p][0]; });
    line.addEventListener("pointerleave", () => { read.textContent = ""; });
  }
})();
