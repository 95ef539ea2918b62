//! Scripts: a configuration, what becomes of each dial, and what the application and the network do.

use std::collections::VecDeque;

use holdfast_ws::engine::{Config, Heartbeat, QueueLimits, Reconnect};
use holdfast_ws::testing::machine::Random;

use crate::server::{Fate, Server, closed_with};
use crate::world::ms;

/// Something that the application or the network does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    Send(u32),
    Close,
    Reconnect,
    /// The connection goes dead, and nobody says so.
    Cut,
}

/// All that happens, as both worlds are told.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) seed: u64,
    pub(super) config: Config,
    pub(super) server: Server,
    /// Each with the milliseconds that then pass.
    pub(super) actions: Vec<(Action, u64)>,
}

impl Script {
    pub(super) fn draw(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut below = |most: u64| random.up_to(most - 1);
        let config = Config {
            reconnect: Some(Reconnect {
                min_delay: ms(50 << below(5)),
                max_delay: ms(1_000 << below(4)),
                connect_timeout: ms(500 << below(5)),
                stable_after: ms(1_000 << below(3)),
                max_attempts: [3, 8, u32::MAX, u32::MAX][index(below(4))],
                ..Reconnect::default()
            }),
            heartbeat: Some(Heartbeat {
                interval: ms(500 << below(5)),
                timeout: ms(200 << below(5)),
                matches: true,
            }),
            queue: [Some(QueueLimits::default()), None][index(below(5) / 4)].clone(),
            ..Config::default()
        };
        let script: VecDeque<Fate> = (0..below(12))
            .map(|_| match below(6) {
                0 => Fate::Silent,
                1 | 2 => Fate::Refused {
                    after: 5 * (1 + below(40)),
                },
                3 => Fate::Ends {
                    after: 5 * (1 + below(40)),
                    lasts: 5 * (1 + below(2_000)),
                    close: closed_with([1000, 1001, 1011, 1012, 4000, 4001][index(below(6))]),
                },
                _ => Fate::Opens {
                    after: 5 * (1 + below(100)),
                },
            })
            .collect();
        let server = Server {
            script,
            pong: (below(4) > 0).then(|| 5 * (1 + below(30))),
            // Nothing takes time on the kit's network.
            farewell: 0,
            ..Server::good()
        };
        let actions = (0..5 + below(25))
            .map(|number| {
                let action = match below(16) {
                    0 => Action::Close,
                    1 | 2 => Action::Reconnect,
                    3 => Action::Cut,
                    _ => Action::Send(u32::try_from(number).expect("few")),
                };
                let doublings = below(10);
                (action, 5 * (1 + below(8 << doublings)))
            })
            .collect();
        Self {
            seed,
            config,
            server,
            actions,
        }
    }
}

fn index(drawn: u64) -> usize {
    usize::try_from(drawn).expect("small")
}
