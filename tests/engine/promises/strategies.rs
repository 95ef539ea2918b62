//! Arbitrary configurations and inputs, for the property tests.

use holdfast_ws::engine::{Close, Config, Heartbeat, Hidden, QueueLimits, Reconnect, Signal, Span};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::witnesses::{Input, Sequence, Who};

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        1 => (0.001..0.005).prop_map(Span::from_millis_f64),
        8 => (1_u64..40_000).prop_map(Span::from_millis),
        4 => prop_oneof![Just(10), Just(500), Just(1_000), Just(10_000), Just(30_000)].prop_map(Span::from_millis),
        1 => (0.001..1e9).prop_map(Span::from_millis_f64),
        1 => Just(Span::FOREVER),
    ]
}

prop_compose! {
    fn reconnect()(
        delays in (span(), span()),
        factor in prop_oneof![Just(1.0), Just(1.5), Just(2.0), 1.0..10.0, Just(1e9), Just(f64::MAX)],
        max_attempts in prop_oneof![Just(1), 2_u32..10, Just(u32::MAX)],
        connect_timeout in span(),
        stable_after in prop_oneof![Just(Span::ZERO), span()],
        asks in any::<bool>(),
        on_wake in any::<bool>(),
    ) -> Reconnect {
        let (min_delay, max_delay) = (delays.0.min(delays.1), delays.0.max(delays.1));
        Reconnect { min_delay, max_delay, factor, max_attempts, connect_timeout, stable_after, on_wake, asks }
    }
}

prop_compose! {
    fn hidden()(
        close_after in prop_oneof![4 => (1_u64..2_000).prop_map(Span::from_millis), 2 => span(), 1 => Just(Span::FOREVER)],
        dial in any::<bool>(),
    ) -> Hidden {
        Hidden { close_after, dial }
    }
}

prop_compose! {
    fn config()(
        reconnect in option::weighted(0.9, reconnect()),
        heartbeat in option::of((span(), span(), any::<bool>())),
        queue in option::weighted(0.8, (
            0_u32..6,
            prop_oneof![0_u64..200, Just(u64::MAX)],
            prop_oneof![2 => Just(Span::FOREVER), 1 => span()],
        )),
        idle_timeout in option::weighted(0.3, span()),
        stall_timeout in option::weighted(0.4, span()),
        resolves in prop::bool::weighted(0.3),
        authenticates in prop::bool::weighted(0.2),
        hidden in option::weighted(0.6, hidden()),
        lazy in prop::bool::weighted(0.2),
    ) -> Config {
        let heartbeat = heartbeat.map(|(interval, timeout, matches)| Heartbeat { interval, timeout, matches });
        let queue = queue.map(|(max_messages, max_bytes, max_age)| QueueLimits { max_messages, max_bytes, max_age });
        let (idle_timeout, stall_timeout) = (idle_timeout.unwrap_or(Span::FOREVER), stall_timeout.unwrap_or(Span::FOREVER));
        let authenticates = authenticates && reconnect.is_some();
        let lazy = lazy && reconnect.is_some();
        let hidden = hidden.filter(|_| reconnect.is_some()).unwrap_or_default();
        Config { reconnect, heartbeat, queue, idle_timeout, stall_timeout, authenticates, hidden, resolves, lazy }
    }
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        12 => Just(Who::Current),
        3 => (1_u32..5).prop_map(Who::Before),
        1 => (0_u32..30).prop_map(Who::Number),
        1 => any::<u32>().prop_map(Who::Number),
    ]
}

fn close() -> impl Strategy<Value = Close> {
    let code = prop_oneof![8 => Just(1006), 4 => 1000_u16..1016, 1 => 4390_u16..4510, 1 => any::<u16>()];
    (
        code,
        any::<bool>(),
        option::weighted(0.2, prop_oneof![Just(Span::ZERO), span()]),
    )
        .prop_map(|(code, clean, retry_after)| Close {
            code,
            clean,
            retry_after,
        })
}

fn input() -> impl Strategy<Value = Input> {
    let size = prop_oneof![8 => 0_u64..100, 1 => any::<u64>()];
    let late = prop_oneof![8 => Just(Span::ZERO), 2 => (0_u64..3_000).prop_map(Span::from_millis), 1 => span()];
    let signal = prop_oneof![
        2 => Just(Signal::Online),
        2 => Just(Signal::Offline),
        4 => Just(Signal::Wake),
        4 => Just(Signal::Hidden),
        1 => Just(Signal::Leaving),
        1 => Just(Signal::Left),
        1 => Just(Signal::Restored),
        1 => Just(Signal::Jump),
    ];
    prop_oneof![
        32 => late.prop_map(Input::Due),
        12 => who().prop_map(Input::Opened),
        4 => (who(), close()).prop_map(|(who, close)| Input::Closed(who, close)),
        6 => size.clone().prop_map(Input::Send),
        1 => Just(Input::Number),
        8 => (size.clone(), span(), any::<bool>()).prop_map(|(size, timeout, retry)| Input::Ask(size, timeout, retry)),
        1 => (any::<u32>(), size.clone(), span()).prop_map(|(index, size, timeout)| Input::AskTwice(index, size, timeout)),
        2 => (who(), size.clone(), span()).prop_map(|(who, size, timeout)| Input::AskOn(who, size, timeout)),
        2 => who().prop_map(Input::SendOn),
        4 => who().prop_map(Input::Authenticated),
        1 => who().prop_map(Input::Rejected),
        6 => (any::<u32>(), prop::bool::weighted(0.7)).prop_map(|(index, last)| Input::Reply(index, last)),
        3 => any::<u32>().prop_map(Input::Abort),
        1 => Just(Input::Drain),
        4 => span().prop_map(Input::Pass),
        1 => span().prop_map(Input::Back),
        1 => Just(Input::Tick),
        2 => Just(Input::Tell),
        1 => Just(Input::Close),
        1 => Just(Input::Connect),
        3 => Just(Input::Reconnect),
        4 => (prop_oneof![6 => Just(0), 1 => 1_u32..6], any::<bool>())
            .prop_map(|(before, go_on)| Input::Decision(before, go_on)),
        6 => signal.prop_map(Input::Signal),
        4 => (who(), any::<bool>()).prop_map(|(who, answer)| Input::Heard(who, answer)),
        1 => who().prop_map(Input::Closing),
        1 => who().prop_map(Input::Refused),
        1 => who().prop_map(Input::Erred),
        3 => who().prop_map(Input::Resolved),
        1 => who().prop_map(Input::Unresolved),
        4 => who().prop_map(Input::Pinged),
        3 => (who(), size).prop_map(|(who, size)| Input::Buffered(who, size)),
        3 => (who(), prop::bool::weighted(0.8)).prop_map(|(who, idle)| Input::Idle(who, idle)),
        2 => Just(Input::Gone),
    ]
}

prop_compose! {
    pub(super) fn sequence()(
        config in config(),
        seed in any::<u64>(),
        starts in prop_oneof![4 => Just(1e6), 1 => Just(0.0), 1 => 0.0..1e9],
        tells_at_once in any::<bool>(),
        answers_at_once in any::<bool>(),
        lingers in any::<bool>(),
        closing in prop_oneof![2 => Just(0), 1 => 0_u32..12],
        inputs in vec(input(), 0..100),
        leap in option::weighted(0.05, any::<prop::sample::Index>()),
    ) -> Sequence {
        let mut inputs = inputs;
        if let Some(place) = leap {
            let place = place.index(inputs.len() + 1);
            inputs.insert(place, Input::Leap);
        }
        Sequence { config, seed, starts, tells_at_once, answers_at_once, lingers, closing, inputs }
    }
}
