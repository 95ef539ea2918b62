//! The numbers that the JavaScript wrapper and the Rust side share are the same on both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use holdfast_ws::engine::{Config, Heartbeat, Hidden, QueueLimits, Reconnect};

/// By name; the variants of each with their numbers.
type Enums = BTreeMap<String, Vec<(String, u32)>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, ending: &str, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, ending, into);
        } else if path.extension().is_some_and(|found| found == ending) {
            into.push(fs::read_to_string(&path).expect("it is text"));
        }
    }
}

/// Reads `enum Name { A, B = 2, … }` out of Rust or TypeScript; enums with other variants than numbers are left out.
fn enums(folders: &[&str], ending: &str) -> Enums {
    let mut texts = Vec::new();
    for folder in folders {
        sources(&root().join(folder), ending, &mut texts);
    }
    let mut found = Enums::new();
    for text in &texts {
        // Without comments and attributes.
        let code: Vec<_> = text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default().trim())
            .filter(|line| !line.starts_with(['#', '*']) && !line.starts_with("/*"))
            .collect();
        let code = code.join("\n");
        for part in code.split("enum ").skip(1) {
            let Some((name, body)) = part.split_once('{') else {
                continue;
            };
            let Some((body, _)) = body.split_once('}') else {
                continue;
            };
            let mut next = 0;
            let variants = body
                .split(',')
                .map(str::trim)
                .filter(|variant| !variant.is_empty())
                .map(|variant| {
                    let (name, number) = match variant.split_once('=') {
                        Some((name, number)) => (name.trim(), number.trim().parse().ok()?),
                        None => (variant, next),
                    };
                    next = number + 1;
                    name.chars()
                        .all(char::is_alphanumeric)
                        .then(|| (name.to_owned(), number))
                });
            if let Some(variants) = variants.collect() {
                found.insert(name.trim().to_owned(), variants);
            }
        }
    }
    found
}

fn rust() -> Enums {
    enums(&["bindings/src", "src/engine"], "rs")
}

fn wrapper() -> Enums {
    enums(&["pkg-template/src"], "ts")
}

/// In the wrapper, and on the Rust side.
const SHARED: [(&str, &str); 6] = [
    ("Op", "Op"),
    ("PageSignal", "PageSignal"),
    ("SendResult", "SendResult"),
    ("BypassMode", "BypassMode"),
    ("ReplyMatch", "Reply"),
    ("Failure", "Failure"),
];

#[test]
fn shared_enums_have_the_same_variants_with_the_same_numbers() {
    let (rust, wrapper) = (rust(), wrapper());
    for (ours, theirs) in SHARED {
        let numbers = wrapper
            .get(ours)
            .unwrap_or_else(|| panic!("the wrapper has no enum {ours}"));
        assert!(numbers.len() > 1, "{ours} was not read");
        assert_eq!(Some(numbers), rust.get(theirs), "{ours} of the wrapper, and {theirs}");
    }
}

#[test]
fn an_option_has_the_same_index_on_both_sides() {
    let (rust, wrapper) = (rust(), wrapper());
    let (read, written) = (&rust["OptionIndex"], &wrapper["OptionIndex"]);
    let (shared, own) = written.split_at(read.len());
    assert_eq!(shared, read);
    // This one the core doesn't read.
    assert_eq!(own, [("RequestTimeout".to_owned(), 23)]);
}

/// The wrapper's defaults of the options, by their names: `OptionIndex.Name, default` in the table of options, 0 without a default.
fn defaults() -> BTreeMap<String, f64> {
    let text = fs::read_to_string(root().join("pkg-template/src/model/options.ts")).expect("it is text");
    let (_, table) = text.split_once("const OPTIONS = table(").expect("the table begins");
    let (table, _) = table.split_once("\n});").expect("the table ends");
    let indexed = table.split("OptionIndex.").skip(1);
    indexed
        .map(|part| {
            let (entry, _) = part.split_once(']').expect("the entry ends");
            let mut parts = entry.split(',').map(str::trim).filter(|part| !part.is_empty());
            let name = parts.next().expect("a name");
            let value = match parts.next() {
                None => 0.0,
                Some("Infinity") => f64::INFINITY,
                Some(number) => number.replace('_', "").parse().expect("a number"),
            };
            assert_eq!(parts.next(), None, "{name}");
            (name.to_owned(), value)
        })
        .collect()
}

#[test]
#[allow(clippy::cast_precision_loss)]
fn an_option_has_the_same_default_on_both_sides() {
    let ours = defaults();
    let config = Config::default();
    let (reconnect, queue) = (Reconnect::default(), QueueLimits::default());
    let (heartbeat, hidden) = (Heartbeat::default(), Hidden::default());
    let switch = |is_on: bool| f64::from(u8::from(is_on));
    assert_eq!(reconnect.max_attempts, u32::MAX, "no limit");
    let theirs = [
        ("Reconnect", switch(config.reconnect.is_some())),
        ("MinDelay", reconnect.min_delay.as_millis_f64()),
        ("MaxDelay", reconnect.max_delay.as_millis_f64()),
        ("Factor", reconnect.factor),
        ("MaxAttempts", f64::INFINITY),
        ("ConnectTimeout", reconnect.connect_timeout.as_millis_f64()),
        ("StableAfter", reconnect.stable_after.as_millis_f64()),
        ("AsksToReconnect", switch(reconnect.asks)),
        ("Heartbeat", switch(config.heartbeat.is_some())),
        ("HeartbeatInterval", heartbeat.interval.as_millis_f64()),
        ("HeartbeatTimeout", heartbeat.timeout.as_millis_f64()),
        ("MatchesPong", switch(heartbeat.matches)),
        ("Queue", switch(config.queue.is_some())),
        ("MaxMessages", queue.max_messages.into()),
        ("MaxBytes", queue.max_bytes as f64),
        ("IdleTimeout", config.idle_timeout.as_millis_f64()),
        ("StallTimeout", config.stall_timeout.as_millis_f64()),
        ("Authenticates", switch(config.authenticates)),
        ("Resolves", switch(config.resolves)),
        ("MaxAge", queue.max_age.as_millis_f64()),
        ("OnWake", switch(reconnect.on_wake)),
        ("CloseAfter", hidden.close_after.as_millis_f64()),
        ("DialHidden", switch(hidden.dial)),
        // The wrapper's own.
        ("RequestTimeout", 10_000.0),
    ];
    // As text, because NaN is never equal.
    let text = |(name, default): (&str, f64)| format!("{name}: {default}");
    // `Resolves` is no option of its own: a function for the URL sets it.
    let ours = theirs.map(|(name, _)| (name, if name == "Resolves" { 0.0 } else { ours[name] }));
    assert_eq!(ours.map(text), theirs.map(text));
    let names: Vec<_> = wrapper()["OptionIndex"].iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(theirs.map(|(name, _)| name).to_vec(), names, "each at its index");
}

/// The texts in a list of the wrapper's, by their place.
fn texts(name: &str) -> Vec<String> {
    let mut files = Vec::new();
    sources(&root().join("pkg-template/src"), "ts", &mut files);
    let start = format!("const {name} = [");
    let list = files.iter().find_map(|text| text.split_once(&start)?.1.split_once(']'));
    let (list, _) = list.unwrap_or_else(|| panic!("the wrapper has no list {name}"));
    let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| item.trim_matches('\'').to_owned()).collect()
}

/// `ConnectTimeout` is `connect-timeout`.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[test]
fn statuses_and_causes_have_the_engine_s_names_in_its_order() {
    let rust = rust();
    for (list, name) in [("STATUS", "Status"), ("CAUSE", "RetryCause")] {
        let expected: Vec<_> = rust[name].iter().map(|(variant, _)| kebab(variant)).collect();
        // The wrapper's sockets are never lazy.
        let is_shared = |variant: &&String| name != "Status" || *variant != "idle";
        let shared: Vec<_> = expected.iter().filter(is_shared).collect();
        assert_eq!(
            texts(list).iter().collect::<Vec<_>>(),
            shared,
            "{list} of the wrapper, and {name}"
        );
        let numbers: Vec<_> = rust[name].iter().map(|&(_, number)| number as usize).collect();
        assert_eq!(
            numbers,
            (0..expected.len()).collect::<Vec<_>>(),
            "{name} is counted from 0"
        );
    }
}

#[test]
fn a_cause_of_an_end_has_the_same_number_as_a_cause_of_an_attempt() {
    let rust = rust();
    let retries = &rust["RetryCause"];
    let only_there: Vec<_> = retries
        .iter()
        .filter(|cause| !rust["CloseCause"].contains(cause))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(only_there, ["Online"]);
    assert_eq!(rust["CloseCause"].len() + 1, retries.len());
}

/// The arms of `CloseCause::reason`: each variant with its text.
fn reasons() -> BTreeMap<String, String> {
    let source = fs::read_to_string(root().join("src/engine/cause.rs")).expect("the causes have a file");
    let body = source
        .split_once("fn reason(")
        .and_then(|(_, rest)| rest.split_once("\n    }\n"));
    let (body, _) = body.expect("causes have reasons");
    let mut reasons = BTreeMap::new();
    for (variants, text) in body.lines().filter_map(|line| line.split_once("=>")) {
        for variant in variants.split('|') {
            let variant = variant.trim().trim_start_matches("Self::");
            reasons.insert(variant.to_owned(), text.trim().trim_matches([',', '"']).to_owned());
        }
    }
    reasons
}

#[test]
fn a_cause_has_the_same_reason_on_both_sides() {
    let (rust, written, reasons) = (rust(), texts("REASON"), reasons());
    assert_eq!(written.len(), rust["RetryCause"].len(), "one for each number");
    for (cause, number) in &rust["CloseCause"] {
        assert_eq!(written[*number as usize], reasons[cause], "{cause}");
    }
}
