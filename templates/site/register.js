// Narrows the list down as people type. Without this script the whole list is there.
(function () {
  "use strict";
  var form = document.getElementById("filter");
  var count = document.getElementById("count");
  if (!form || !count) { return; }
  var words = document.getElementById("words");
  var choices = { office: document.getElementById("office"), kind: document.getElementById("kind") };
  var rows = Array.prototype.slice.call(document.querySelectorAll("section.year tbody tr"));
  var plain = function (text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); };
  var texts = rows.map(function (row) { return plain(row.textContent); });

  function fits(row, text, sought) {
    var kind = choices.kind.value;
    var office = choices.office ? choices.office.value : "";
    return sought.every(function (word) { return text.indexOf(word) !== -1; })
      && (!kind || row.dataset.kinds.split(" ").indexOf(kind) !== -1)
      && (!office || row.dataset.office === office);
  }

  function narrow() {
    var sought = plain(words.value).split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row, index) {
      row.hidden = !fits(row, texts[index], sought);
      row.style.display = row.hidden ? "none" : "";
      shown += row.hidden ? 0 : 1;
    });
    document.querySelectorAll("section.year, div.group").forEach(function (part) {
      part.hidden = !part.querySelector("tbody tr:not([hidden])");
    });
    count.textContent = shown === 0 ? count.dataset.none
      : shown === 1 ? count.dataset.one : count.dataset.many.replace("#", String(shown));
  }

  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("change", narrow);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { window.setTimeout(narrow, 0); });
}());
