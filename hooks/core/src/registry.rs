//! The sockets that can be shared, of this thread.

use std::{cell::RefCell, rc::Rc};

use crate::{options::Options, shared::Shared, target::Target};

/// Sockets with the same key are the same.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    url: String,
    options: String,
}

impl Key {
    /// Returns `None` for what isn't shared.
    pub(crate) fn new(target: &Target, options: &Options) -> Option<Self> {
        match target {
            Target::Text(url) if !options.alone => Some(Self {
                url: url.clone(),
                options: options.compared(),
            }),
            _ => None,
        }
    }
}

thread_local! {
    static SOCKETS: RefCell<Vec<(Key, Rc<Shared>)>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn find(key: &Key) -> Option<Rc<Shared>> {
    SOCKETS.with_borrow(|sockets| {
        let found = sockets.iter().find(|(each, _)| each == key);
        found.map(|(_, shared)| Rc::clone(shared))
    })
}

/// Puts a socket in the place of the one with the same key, if there is one.
pub(crate) fn insert(key: Key, shared: &Rc<Shared>) {
    let before = SOCKETS.with_borrow_mut(|sockets| {
        let before = take(sockets, |each, _| *each == key);
        sockets.push((key, Rc::clone(shared)));
        before
    });
    drop(before);
}

pub(crate) fn remove(shared: &Rc<Shared>) {
    let removed = SOCKETS.with_borrow_mut(|sockets| take(sockets, |_, each| Rc::ptr_eq(each, shared)));
    drop(removed);
}

/// Takes one out. Dropping it may call anybody's code, so that is for when nothing is borrowed.
fn take(sockets: &mut Vec<(Key, Rc<Shared>)>, is_it: impl Fn(&Key, &Rc<Shared>) -> bool) -> Option<(Key, Rc<Shared>)> {
    let place = sockets.iter().position(|(key, shared)| is_it(key, shared))?;
    Some(sockets.swap_remove(place))
}
