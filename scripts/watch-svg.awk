# From the lines of `showcaller rehearse --watch` to a picture of a terminal.

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}

function add(text, class) {
  lines[++count] = text
  classes[count] = class
}

# What is left out between two lines of one day is a mark.
function skip_to(number) {
  if (last && number > last + 1) add("   ⋮", "faint")
  last = number
}

BEGIN { first = 20; most = 34; add("$ " command, "command") }

/^Rehearsal: / { exit }
/^$/ { next }
count >= most { next }
# What operators try before and after a day.
/^[A-Z][a-z]+day, / { practises = 0 }
/: cues$/ { practises = 1 }
/ rooms: Hello from behind the scenes/ { practises = 0; next }
practises { next }
{
  seen++
  is_day = /^[A-Z][a-z]+day, /
  is_told = /to [0-9]+ rooms: / && !/: (Nothing|Next|On now|Today|\*\*)/
  is_deed = / operator: | the bot died /
  if (seen > first && !is_day && !is_told && !is_deed) next
  # Many rooms are written to at the same time: one line of each kind and day is enough.
  kind = substr($0, 10, 24)
  if (seen > first && !is_day && (kind in had)) next
  had[kind] = 1
  if (is_day) {
    day = $0
    if (seen > first) { waiting = day; next }
    add($0, "day")
    last = seen
    next
  }
  if (waiting != "") { add(waiting, "day"); waiting = ""; last = seen }
  skip_to(seen)
  add($0, is_deed ? "deed" : /^[0-9:]+   bot/ ? "bot" : / (set up|the bot is there)/ ? "deed" : "asked")
}

END {
  height = 24 + 18 * count
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 " height "\" role=\"img\""
  print "  aria-label=\"A rehearsal in the terminal: people ask, the bot answers, cues go to all rooms\">"
  print "<style>"
  print "  :root { --ground: #ffffff; --edge: #d0d7de; --text: #1f2328; --faint: #59636e; --bot: #0a5c9e; --deed: #7a4b00 }"
  print "  @media (prefers-color-scheme: dark) {"
  print "    :root { --ground: #0d1117; --edge: #3d444d; --text: #e6edf3; --faint: #9198a1; --bot: #79b8ff; --deed: #e3b341 }"
  print "  }"
  print "  rect { fill: var(--ground); stroke: var(--edge) }"
  print "  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; white-space: pre; fill: var(--text) }"
  print "  .faint { fill: var(--faint) } .bot { fill: var(--bot) } .deed { fill: var(--deed) }"
  print "  .day, .command { font-weight: 600 }"
  print "</style>"
  print "<rect x=\"0.5\" y=\"0.5\" width=\"699\" height=\"" height - 1 "\" rx=\"8\"/>"
  for (i = 1; i <= count; i++)
    print "<text x=\"16\" y=\"" 10 + 18 * i "\" class=\"" classes[i] "\" xml:space=\"preserve\">" escaped(lines[i]) "</text>"
  print "</svg>"
}
