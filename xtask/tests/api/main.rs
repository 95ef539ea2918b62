//! The crate's public interface is the list in `public.txt`, so that a review shows every change.
//!
//! After an intended change, `HOLDFAST_UPDATE_API=1 cargo test -p xtask --test api` writes the list.
//!
//! rustdoc's JSON is unstable, so it needs `RUSTC_BOOTSTRAP`. The toolchain and `public-api` are pinned. Only rustdoc gets the variable, by
//! `rustdoc.sh`: build scripts read it, too, and everything would be compiled twice, with it and without it.

use std::{env, fs, path::Path, process::Command};

#[test]
fn the_public_interface_is_the_one_agreed_to() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().expect("xtask is in the repository");
    // The target folder of this run, to share dependencies with the other steps.
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    let documented = Command::new(env!("CARGO"))
        .current_dir(root)
        .env("RUSTDOC", here.join("tests/api/rustdoc.sh"))
        .args(["rustdoc", "--quiet", "--package", "holdfast-ws", "--lib"])
        .args(["--features", "serde,testing", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .status()
        .expect("cargo runs");
    assert!(documented.success(), "rustdoc failed");

    let json = target.join("doc/holdfast_ws.json");
    let interface = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .expect("the JSON that public-api knows; if the toolchain has changed, so must its version");
    let now: Vec<String> = interface.items().map(ToString::to_string).collect();

    let file = here.join("tests/api/public.txt");
    if env::var_os("HOLDFAST_UPDATE_API").is_some() {
        fs::write(&file, now.join("\n") + "\n").expect("the repository can be written to");
    }
    let agreed = fs::read_to_string(&file).expect("the list");
    let agreed: Vec<&str> = agreed.lines().collect();
    let gone: Vec<_> = agreed
        .iter()
        .filter(|line| !now.iter().any(|item| item == *line))
        .collect();
    let new: Vec<_> = now.iter().filter(|item| !agreed.contains(&item.as_str())).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "the public interface has changed; if that is meant, HOLDFAST_UPDATE_API=1 writes it anew\ngone: {gone:#?}\nnew: {new:#?}"
    );
}
