//! Received messages: each is handled once, and the position never goes back.

use holdfast_ws::engine::{Instant, Span};
use holdfast_ws::outbox::Inbox;

fn after(millis: u64) -> Instant {
    Instant::from_millis_f64(0.0).saturating_add(Span::from_millis(millis))
}

#[test]
fn a_position_that_comes_again_is_not_new() {
    let mut inbox = Inbox::new(None);
    let new: Vec<bool> = [1, 2, 2, 1, 5, 4, 6]
        .map(|position| inbox.handle_position(position))
        .into();
    assert_eq!(new, [true, true, false, false, true, false, true]);
    assert_eq!(inbox.received(), Some(6));
}

#[test]
fn what_an_earlier_inbox_has_committed_is_not_new() {
    let mut inbox = Inbox::new(Some(3));
    assert_eq!((inbox.received(), inbox.committed()), (Some(3), Some(3)));
    assert!(!inbox.handle_position(3));
    assert!(inbox.handle_position(4));
    assert_eq!(inbox.committed(), Some(3), "it is not handled yet");
}

#[test]
fn a_committed_position_never_goes_back() {
    let mut inbox = Inbox::new(Some(3));
    assert!(!inbox.commit(2));
    assert!(inbox.commit(5));
    assert!(!inbox.commit(5));
    assert!(!inbox.commit(4));
    assert_eq!(inbox.committed(), Some(5));
}

#[test]
fn after_a_crash_what_was_received_and_not_committed_comes_again() {
    for crash in 0..=10 {
        let mut handled = Vec::new();
        let mut committed = None;
        let mut inbox = Inbox::new(committed);
        for life in 0..2 {
            // The server sends from where the inbox says, and each message twice.
            for position in inbox.received().map_or(1, |received| received + 1)..=10 {
                for _ in 0..2 {
                    if inbox.handle_position(position) {
                        handled.push(position);
                        if life == 0 && position == crash {
                            break;
                        }
                        if inbox.commit(position) {
                            committed = Some(position);
                        }
                    }
                }
                if life == 0 && position == crash {
                    break;
                }
            }
            inbox = Inbox::new(committed);
        }
        let mut once = handled.clone();
        once.dedup();
        assert_eq!(once, (1..=10).collect::<Vec<_>>(), "each, in order");
        assert!(handled.len() <= 11, "only the one that was being handled comes again");
    }
}

#[test]
fn ids_are_remembered_among_the_last_thousand_or_for_ten_minutes() {
    let mut inbox = Inbox::new(None);
    assert!(inbox.handle_id(after(0), "first"));
    for number in 0..5_000 {
        assert!(inbox.handle_id(after(1_000), &format!("id {number}")));
    }
    assert!(!inbox.handle_id(after(599_999), "first"), "it is young");
    assert!(
        inbox.handle_id(after(600_000), "first"),
        "it is old, and many came since"
    );
    assert!(inbox.handle_id(after(900_000), "last"));
    assert!(
        !inbox.handle_id(after(9_000_000), "last"),
        "it is old, and few came since"
    );
}

#[test]
fn a_thousand_messages_are_kept_that_come_before_it_is_known_where_to_begin() {
    let mut inbox = Inbox::default();
    assert!(!inbox.has_begun());
    for _ in 0..1_000 {
        assert!(!inbox.handle_early());
    }
    assert!(inbox.handle_early(), "the oldest is dropped for it");
    inbox.begin(Some(7));
    assert!(inbox.has_begun());
    assert_eq!(inbox.committed(), Some(7));
    assert!(!inbox.handle_position(7));
}

#[test]
fn a_page_that_is_back_knows_nothing_of_what_it_had_received() {
    let mut inbox = Inbox::new(Some(3));
    inbox.handle_position(5);
    inbox.pause(999);
    assert_eq!((inbox.has_begun(), inbox.committed()), (false, None));
    assert!(!inbox.handle_early());
    assert!(inbox.handle_early(), "with those that waited it is one too many");
    // Another page has gone on meanwhile.
    inbox.begin(Some(4));
    assert!(inbox.handle_position(5));
}
