//! Renders the page's body, with the data that hydration starts from. No component of this page has data of the server's.

use dioxus::prelude::*;
use dioxus_fullstack_core::HydrationContext;

fn main() {
    let mut page = VirtualDom::new(hydrated_dioxus::App);
    page.rebuild_in_place();
    let data = HydrationContext::default().serialized().data;
    println!("<div id=\"main\">{}</div>", dioxus_ssr::pre_render(&page));
    // What Dioxus' own server would stream later is queued here.
    println!("<script>window.hydrate_queue = []; window.initial_dioxus_hydration_data = '{data}'</script>");
}
