//! Renders the page's body.

use leptos::prelude::*;

fn main() {
    let _ = any_spawner::Executor::init_futures_executor();
    println!("{}", Owner::new().with(|| hydrated_leptos::App().to_html()));
}
