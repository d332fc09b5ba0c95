# Sums an lcov report of the core, leaving out what is only compiled for tests:
#   awk -v root=/path/to/the/repository/ -v least=95 -f .ci/coverage.awk coverage.lcov
# Prints the files that are not fully reached, the lines of the triage that nothing reached, and the sums. Fails when
# fewer than `least` per cent of the lines are reached, or not every line of the triage.
BEGIN { FS = "[:,]" }

# The line of `mod tests {`, from which on a file is tests; a great number where there is none.
function tests_begin(path,   line, number, marked) {
  number = 0
  while ((getline line < path) > 0) {
    number++
    if (marked && line ~ /^mod tests \{/) { close(path); return number }
    marked = line ~ /^#\[cfg\(test\)\]/
  }
  close(path)
  return 1e9
}

$1 == "SF" {
  path = $2
  name = path
  sub(root, "", name)
  skip = name !~ /^core\/src\// || name ~ /\/(explore|tests|fuzz)\// || name ~ /\/([a-z_]*tests|testing|fuzz)\.rs$/
  end = skip ? 0 : tests_begin(path)
  lines = reached = 0
}
skip { next }
$1 == "DA" && $2 < end {
  lines++
  if ($3 > 0) reached++
  else if (name ~ /\/triage\.rs$/) triage = triage " " $2
}
$1 == "BRDA" && $2 < end {
  branches++
  if ($5 != "-" && $5 > 0) taken++
}
$1 == "end_of_record" {
  if (name ~ /\/triage\.rs$/) triage_seen = 1
  all_lines += lines
  all_reached += reached
  if (reached < lines) printf "%5d of %5d lines not reached  %s\n", lines - reached, lines, name | "sort -rn"
}
END {
  close("sort -rn")
  if (!all_lines || !branches || !triage_seen) { print "the report holds nothing of the core"; exit 1 }
  printf "lines of the triage that nothing reached:%s\n", triage == "" ? " none" : triage
  printf "lines: %d of %d, %.1f %%\n", all_reached, all_lines, 100 * all_reached / all_lines
  printf "branches: %d of %d, %.1f %%\n", taken, branches, 100 * taken / branches
  if (triage != "" || all_reached * 100 < least * all_lines) { printf "too few: at least %s %% of the lines are wanted, and all of the triage\n", least; exit 1 }
}
