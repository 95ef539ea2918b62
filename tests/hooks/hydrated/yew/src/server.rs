//! Renders the page's body.

fn main() {
    let page = yew::ServerRenderer::<hydrated_yew::App>::new();
    println!("{}", futures::executor::block_on(page.render()));
}
