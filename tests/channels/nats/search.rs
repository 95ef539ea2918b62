//! The last messages of a channel are found in a stream of many channels.

use holdfast_ws::channels::nats::search::{Found, Search};
use proptest::prelude::*;

/// Returns the messages that a search takes, and how often it has asked.
fn found(messages: &[u64], wanted: u64, first: u64, last: u64) -> (Vec<u64>, u32) {
    let mut search = Search::new(wanted, first, last);
    for tries in 1..100 {
        let rest: Vec<u64> = messages
            .iter()
            .copied()
            .filter(|number| *number >= search.start())
            .collect();
        if let Found::Take { skip } = search.answered(rest.len() as u64) {
            let skip = usize::try_from(skip).unwrap();
            return (rest[skip..].to_vec(), tries);
        }
    }
    panic!("the search doesn't end");
}

#[test]
fn a_quiet_channel_in_a_busy_stream_is_found_by_few_questions() {
    let messages: Vec<u64> = (1..=100).map(|number| number * 10_000).collect();
    let (taken, tries) = found(&messages, 20, 1, 1_000_000);
    assert_eq!(taken, messages[80..]);
    assert!(tries <= 8, "{tries}");
}

#[test]
fn a_channel_without_messages_has_none() {
    assert_eq!(found(&[], 20, 1, 1_000_000).0, [] as [u64; 0]);
    assert_eq!(found(&[], 20, 0, 0).0, [] as [u64; 0]);
}

proptest! {
    #[test]
    fn the_last_ones_are_taken_wherever_they_are(
        gaps in prop::collection::vec(prop_oneof![Just(1u64), 1u64..10, 1u64..1_000_000], 0..300),
        wanted in 1u64..100,
        rest in 0u64..1_000_000,
        first in 1u64..1_000_000,
    ) {
        let mut at = first - 1;
        let messages: Vec<u64> = gaps.iter().map(|gap| { at += gap; at }).collect();
        let (taken, tries) = found(&messages, wanted, first, at + rest);
        let from = messages.len().saturating_sub(usize::try_from(wanted).unwrap());
        prop_assert_eq!(&taken, &messages[from..]);
        prop_assert!(tries <= 20);
    }
}
