//! Parses failed tests and their details from the output of test runners.

/// A failed test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) name: String,
    /// The expected value, the actual value and the location, as the runner prints them.
    pub(crate) detail: Vec<String>,
}

/// Reads the output of a runner, line by line.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    found: Vec<Failed>,
    reading: Reading,
}

/// The parser's state.
#[derive(Debug, Default)]
enum Reading {
    #[default]
    Nothing,
    /// A test in node's TAP; its YAML may follow.
    Tap { failed: Failed, in_yaml: bool },
    /// A test of the conformance tests' reporter; its details end at the next test.
    Plain(Failed),
    /// After `✖ failing tests:` of node's spec reporter; `place` is the line above a test's name.
    Spec {
        failed: Option<Failed>,
        place: Option<String>,
    },
    /// After `---- name stdout ----` of libtest.
    Rust(Failed),
}

impl Failures {
    /// Parses a line.
    pub(crate) fn read(&mut self, line: &str) {
        if !self.goes_on(line) {
            self.finish();
            self.begin(line);
        }
    }

    /// Returns all failed tests, at the end of the output.
    pub(crate) fn into_found(mut self) -> Vec<Failed> {
        self.finish();
        self.found
    }

    /// True if the line belongs to the current test.
    fn goes_on(&mut self, line: &str) -> bool {
        let text = line.trim();
        match &mut self.reading {
            Reading::Nothing => false,
            Reading::Tap { failed, in_yaml } => {
                if *in_yaml {
                    *in_yaml = text != "...";
                    failed.detail.extend(in_yaml.then(|| line.to_owned()));
                    // The closing `...` belongs to the test, too.
                    return true;
                }
                *in_yaml = text == "---" && failed.detail.is_empty();
                *in_yaml
            }
            Reading::Plain(failed) => {
                let over = is_not_ok(text).is_some() || text.starts_with("# ");
                if !over {
                    failed.detail.push(line.to_owned());
                }
                !over
            }
            Reading::Rust(failed) => {
                let over = rust_detail(text).is_some() || text == "failures:" || text.starts_with("test result:");
                if !over {
                    failed.detail.push(line.to_owned());
                }
                !over
            }
            Reading::Spec { failed, place } => {
                if line.starts_with("test at ") {
                    *place = Some(line.to_owned());
                } else if let Some(name) = line.strip_prefix("✖ ") {
                    let before = failed.replace(Failed {
                        name: without_duration(name).to_owned(),
                        detail: place.take().into_iter().collect(),
                    });
                    self.found.extend(before.map(trimmed));
                } else if let Some(failed) = failed {
                    failed.detail.push(line.to_owned());
                }
                true
            }
        }
    }

    fn begin(&mut self, line: &str) {
        let text = line.trim();
        if let Some((number, name)) = is_not_ok(text) {
            let failed = Failed {
                name: name.to_owned(),
                detail: Vec::new(),
            };
            self.reading = if number {
                Reading::Tap { failed, in_yaml: false }
            } else {
                Reading::Plain(failed)
            };
        } else if text == "✖ failing tests:" {
            self.reading = Reading::Spec {
                failed: None,
                place: None,
            };
        } else if let Some(name) = rust_detail(text) {
            let name = name.to_owned();
            self.reading = Reading::Rust(Failed {
                name,
                detail: Vec::new(),
            });
        } else if let Some(name) = rust_verdict(text) {
            self.note(Failed {
                name: name.to_owned(),
                detail: Vec::new(),
            });
        }
    }

    fn finish(&mut self) {
        match std::mem::take(&mut self.reading) {
            Reading::Nothing | Reading::Spec { failed: None, .. } => {}
            // A suite isn't a test. Its failed tests have been recorded.
            Reading::Tap { failed, .. } if failed.detail.iter().any(|line| line.contains("'subtestsFailed'")) => {}
            Reading::Tap { failed, .. }
            | Reading::Plain(failed)
            | Reading::Spec {
                failed: Some(failed), ..
            } => {
                self.found.push(trimmed(failed));
            }
            Reading::Rust(failed) => self.note(trimmed(failed)),
        }
    }

    /// Records a test. libtest and wasm-bindgen's runner print a failed test twice: at once, and with its output at the end.
    fn note(&mut self, failed: Failed) {
        let known = self
            .found
            .iter_mut()
            .rev()
            .find(|known| known.name == failed.name && known.detail.is_empty());
        match known {
            Some(known) => *known = failed,
            None => self.found.push(failed),
        }
    }
}

/// Parses `not ok 3 - name` (true) or `not ok name` (false). A TODO or skipped test has not failed.
fn is_not_ok(text: &str) -> Option<(bool, &str)> {
    let rest = text.strip_prefix("not ok ")?;
    if rest.contains(" # TODO") || rest.contains(" # SKIP") {
        return None;
    }
    let numbered = rest
        .split_once(" - ")
        .filter(|(number, _)| number.parse::<u64>().is_ok());
    Some(numbered.map_or((false, rest), |(_, name)| (true, name)))
}

/// Parses `test name ... FAILED` of libtest, `test name ... FAIL` of wasm-bindgen's runner.
fn rust_verdict(text: &str) -> Option<&str> {
    let (name, verdict) = text.strip_prefix("test ")?.rsplit_once(" ... ")?;
    verdict.starts_with("FAIL").then_some(name)
}

/// Parses `---- name stdout ----` of libtest, `---- name output ----` of wasm-bindgen's runner.
fn rust_detail(text: &str) -> Option<&str> {
    let name = text.strip_prefix("---- ")?.strip_suffix(" ----")?;
    name.strip_suffix(" stdout").or_else(|| name.strip_suffix(" output"))
}

/// Removes the duration from `name (12.5ms)`.
fn without_duration(name: &str) -> &str {
    match name.rsplit_once(" (") {
        Some((name, duration)) if duration.ends_with("ms)") => name,
        _ => name,
    }
}

/// Removes surrounding empty lines and common indentation.
fn trimmed(Failed { name, detail }: Failed) -> Failed {
    let filled = |line: &String| !line.trim().is_empty();
    let from = detail.iter().position(filled).unwrap_or(detail.len());
    let to = detail.iter().rposition(filled).map_or(from, |last| last + 1);
    let detail = &detail[from..to];
    let blanks = |line: &String| line.len() - line.trim_start().len();
    let margin = detail
        .iter()
        .filter(|line| filled(line))
        .map(blanks)
        .min()
        .unwrap_or_default();
    let cut = |line: &String| line.get(margin..).unwrap_or_default().to_owned();
    Failed {
        name,
        detail: detail.iter().map(cut).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Failed, Failures};

    fn read(output: &str) -> Vec<(String, String)> {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.read(line));
        let found = failures.into_found().into_iter();
        found.map(|Failed { name, detail }| (name, detail.join("|"))).collect()
    }

    fn one(name: &str, detail: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), detail.to_owned())]
    }

    #[test]
    fn of_node_s_tap_a_test_is_named_with_its_details_and_a_suite_is_not() {
        let output = "
# Subtest: suite
    # Subtest: it - holds
    not ok 1 - it - holds
      ---
      location: 'a.test.mjs:1:1'
      error: 'no'
      ...
    not ok 2 - some day # TODO
    ok 3 - fine
not ok 1 - suite
  ---
  failureType: 'subtestsFailed'
  ...
# fail 1";
        assert_eq!(
            read(output),
            one("it - holds", "location: 'a.test.mjs:1:1'|error: 'no'")
        );
    }

    #[test]
    fn of_node_s_other_reporter_the_list_at_the_end_is_read() {
        let output = "
✖ it holds (5.1ms)
ℹ fail 1

✖ failing tests:

test at a.test.mjs:1:1
✖ it holds (5.1ms)
  AssertionError: no

    at there";
        assert_eq!(
            read(output),
            one("it holds", "test at a.test.mjs:1:1|  AssertionError: no||    at there")
        );
    }

    #[test]
    fn of_the_conformance_tests_all_is_read_up_to_the_next_test() {
        let found = read("not ok case: page\nError: no\n\nnot ok other\nError: neither\n# pass 3");
        assert_eq!(found[0], ("case: page".into(), "Error: no".into()));
        assert_eq!(found[1], ("other".into(), "Error: neither".into()));
    }

    #[test]
    fn of_libtest_and_wasm_bindgen_s_runner_each_test_is_named_once() {
        let libtest = "
test a::b ... FAILED
test a::c ... ok

failures:

---- a::b stdout ----
thread 'a::b' panicked at src/lib.rs:1:1:
no

failures:
    a::b

test result: FAILED. 1 passed; 1 failed;";
        assert_eq!(
            read(libtest),
            one("a::b", "thread 'a::b' panicked at src/lib.rs:1:1:|no")
        );
        let in_browser =
            "test a::b ... FAIL\n\nfailures:\n\n---- a::b output ----\n    error: no\n\nfailures:\n\n    a::b";
        assert_eq!(read(in_browser), one("a::b", "error: no"));
        assert_eq!(
            read("test src/lib.rs - a (line 3) ... FAILED"),
            one("src/lib.rs - a (line 3)", "")
        );
    }
}
