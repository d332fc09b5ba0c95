#!/usr/bin/env bash
# Proofs that are too slow for every run of the tests: `./proof.sh NAME...`, or all of them but `mutants` without a name.
#   coverage    which lines and branches of the core its tests reach; fails under 95 % of the lines, and for any line of the triage
#   miri        the tests inside the core in an interpreter that notices undefined behaviour and leaks
#   sanitizers  the fuzz corpus and the recorded answers under the address and the leak sanitizer
#   exhaustive  every sequence of what can happen to a call at two attempts of each request; prints how many there are
#   mutants     whether a test notices when one thing is changed in exchange, session or wire; takes hours. With arguments after
#               the name, for cargo-mutants: `./proof.sh mutants --re exchange/engine`
# Installs what is missing: a dated nightly compiler by rustup, cargo-llvm-cov and cargo-mutants into `target/tools`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly core=fluxbase-client-keys
readonly llvm_cov=0.9.1
readonly mutants=27.1.0
readonly least_lines=95
# The one that fuzzing is pinned to.
nightly=${NIGHTLY:-$(sed -n 's/^channel = "\(.*\)"$/\1/p' fuzz/rust-toolchain.toml)}
export CARGO_TERM_PROGRESS_WHEN=never

fail() { printf 'proof.sh: %s\n' "$1" >&2; exit 1; }

# The nightly compiler with these components.
need_nightly() {
  local component
  rustup toolchain list | grep -q "^$nightly-" \
    || rustup toolchain install "$nightly" --profile minimal --no-self-update
  for component in "$@"; do rustup component add "$component" --toolchain "$nightly"; done
}

# This version of a tool of cargo.
need_tool() {
  export PATH=$PWD/target/tools/bin:$PATH
  if [ "$(cargo "$1" --version 2>/dev/null || true)" != "cargo-$1 $2" ]; then
    cargo install "cargo-$1" --version "$2" --locked --debug --root target/tools --target-dir target/tools-build
    rm -rf target/tools-build
  fi
}

coverage() {
  need_nightly llvm-tools
  need_tool llvm-cov "$llvm_cov"
  # Only the nightly compiler counts branches.
  cargo "+$nightly" llvm-cov --locked --branch -p $core --all-features --lib --tests \
    --lcov --output-path target/coverage.lcov
  awk -v root="$PWD/" -v least=$least_lines -f .ci/coverage.awk target/coverage.lcov
}

miri() {
  need_nightly miri rust-src
  # Left out is what takes hours in an interpreter: a million steps of the search through all sequences, as many days and
  # brackets in the tests of calendar and depth, half a megabyte of recordings in one of the emulator's catalogue. Other
  # tests go through the same lines. Of each property a few cases do for what this looks for; and proptest may not ask for
  # the files of earlier failures, which are not there for a program that is interpreted.
  MIRIFLAGS="-Zmiri-env-set=PROPTEST_CASES=4 -Zmiri-env-set=PROPTEST_MAX_DEFAULT_SIZE_RANGE=4 \
-Zmiri-env-set=PROPTEST_DISABLE_FAILURE_PERSISTENCE=true ${MIRIFLAGS:-}" \
    cargo "+$nightly" miri test --locked -p $core --all-features --target-dir target/miri --lib -- \
    --skip explore --skip every_day_of_the_years --skip any_depth_is_read_without_recursion \
    --skip what_is_no_object_is_no_envelope --skip every_recorded_refusal_is_in_the_catalogue
}

sanitizers() {
  need_nightly
  local host sanitizer target inputs
  host=$(rustc "+$nightly" -vV | sed -n 's/^host: //p')
  FLUXBASE_KEYS_BLESS=1 cargo test --locked -p $core --all-features --test fuzz_seeds
  mkdir -p fuzz/artifacts
  for sanitizer in address leak; do
    # Naming the target keeps build scripts out of it.
    RUSTFLAGS="--cfg fuzzing -Zsanitizer=$sanitizer -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1 -Cdebug-assertions" \
      cargo "+$nightly" build --locked --release --manifest-path fuzz/Cargo.toml --target-dir "target/$sanitizer" --target "$host" --bins
    for target in fuzz/fuzz_targets/*.rs; do
      target=$(basename "$target" .rs)
      # A corpus of its own, the checked-in one and the recordings, as far as this target has them.
      inputs=()
      for folder in "fuzz/corpus/$target" "fuzz/regressions/$target" "fuzz/seeds/$target"; do
        [ ! -d "$folder" ] || inputs+=("$folder")
      done
      [ ${#inputs[@]} -gt 0 ] || continue
      printf '\n==> %s, %s sanitizer\n' "$target" "$sanitizer"
      "target/$sanitizer/$host/release/$target" -runs=0 "-artifact_prefix=fuzz/artifacts/$target-" "${inputs[@]}"
    done
  done
}

exhaustive() {
  cargo test --locked --release -p $core --all-features --lib -- --ignored --nocapture two_attempts
}

mutants() {
  need_tool mutants "$mutants"
  local common=(-p $core --baseline skip --build-timeout 600 --output target "$@")
  # First what the quick tests inside the core notice, which is most; then all of its tests, for what these missed.
  cargo mutants "${common[@]}" --timeout 120 --cargo-arg=--lib -- -- \
    --skip explore --skip every_day_of_the_years --skip no_text_panics --skip any_depth --skip what_is_no_object --skip it_is_written_the_same || true
  cargo mutants "${common[@]}" --timeout 900 --iterate -- --lib --tests
}

if [ "${1-}" = mutants ]; then
  shift
  mutants "$@"
  exit
fi
[ $# -gt 0 ] || set -- coverage miri sanitizers exhaustive
for proof in "$@"; do
  case $proof in
    coverage | miri | sanitizers | exhaustive | mutants) "$proof" ;;
    *) fail "there is no proof $proof: coverage, miri, sanitizers, exhaustive and mutants are" ;;
  esac
done
