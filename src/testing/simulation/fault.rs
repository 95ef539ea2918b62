//! Faults, and when a simulation injects them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::super::model::{Answer, Machine, Random, Span};

/// Something that goes wrong for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// All connections are reset.
    Drop,
    /// All connections are half-open.
    Silence,
    /// The client's address changes: connections stay half-open for good.
    Change,
    /// The browser has no network, and says so.
    Offline,
    /// Packets take up to 3 s more.
    Latency,
    /// Connections carry between 1 and 64 KB a second.
    Bandwidth,
    /// All servers restart: with a close frame, without one, or with one and no word after it.
    Restart,
    /// All servers answer handshakes with 503.
    Refuse,
    /// All servers leave handshakes without an answer.
    Hang,
    /// The page is hidden.
    Hide,
    /// The page is frozen.
    Freeze,
    /// The machine sleeps.
    Sleep,
    /// A task of the page takes long.
    Block,
    /// The user goes to another page, and back.
    Leave,
    /// The page crashes, and is loaded again.
    Crash,
    /// The order of tasks of different sources is left to chance.
    TaskOrder,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Drop,
        Self::Silence,
        Self::Change,
        Self::Offline,
        Self::Latency,
        Self::Bandwidth,
        Self::Restart,
        Self::Refuse,
        Self::Hang,
        Self::Hide,
        Self::Freeze,
        Self::Sleep,
        Self::Block,
        Self::Leave,
        Self::Crash,
        Self::TaskOrder,
    ];

    /// Returns its name, as in a failure's text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Silence => "silence",
            Self::Change => "change",
            Self::Offline => "offline",
            Self::Latency => "latency",
            Self::Bandwidth => "bandwidth",
            Self::Restart => "restart",
            Self::Refuse => "refuse",
            Self::Hang => "hang",
            Self::Hide => "hide",
            Self::Freeze => "freeze",
            Self::Sleep => "sleep",
            Self::Block => "block",
            Self::Leave => "leave",
            Self::Crash => "crash",
            Self::TaskOrder => "task order",
        }
    }

    /// How much longer it lasts than others: those of the user's take minutes or hours.
    const fn stretch(self) -> u64 {
        match self {
            Self::Drop | Self::Change => 0,
            Self::Sleep => 60,
            Self::Hide | Self::Freeze => 10,
            _ => 1,
        }
    }
}

/// A fault at its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scheduled {
    /// The time since the world began.
    pub at: Duration,
    /// The fault.
    pub fault: Fault,
    /// How long it lasts.
    pub lasts: Duration,
    /// How much: a random number that the fault scales.
    pub much: u64,
}

impl fmt::Display for Scheduled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lasts = if self.lasts.is_zero() {
            String::new()
        } else {
            format!(" for {:?}", self.lasts)
        };
        write!(f, "at {:?}: {}{lasts}", self.at, self.fault.name())
    }
}

/// The shortest fault, in microseconds, and how often that can double: 20 ms to 87 s.
const SHORTEST: u64 = 20_000;
const DOUBLINGS: u64 = 12;

/// Draws the faults of a run, in order.
#[must_use]
pub fn draw(seed: u64, faults: &[Fault], lasts: Duration, every: Duration) -> Vec<Scheduled> {
    // Not the stream of the world itself, so that fewer faults leave its chance as it is.
    let mut random = Random::new(seed ^ 0x5eed_5eed_5eed_5eed);
    let mut upto = |most| random.up_to(most);
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let most = (micros(lasts) / micros(every).max(1)).max(1);
    let mut schedule = Vec::new();
    for _ in 0..=upto(2 * most - 1) {
        let index = upto((faults.len() as u64).saturating_sub(1));
        let fault = usize::try_from(index).ok().and_then(|index| faults.get(index).copied());
        let Some(fault) = fault else {
            break;
        };
        // In whole milliseconds, to be read.
        let at = Duration::from_millis(upto(micros(lasts)) / 1_000);
        let longest = SHORTEST << upto(DOUBLINGS);
        let long = upto(longest);
        schedule.push(Scheduled {
            at,
            fault,
            // A millisecond at least: the end of one without a length would come before its beginning.
            lasts: Duration::from_millis((long / 1_000).max(1) * fault.stretch()),
            much: upto(u64::from(u32::MAX)),
        });
    }
    schedule.sort_by_key(|scheduled| scheduled.at);
    schedule
}

impl Scheduled {
    /// Lets it begin. After a crash the caller forgets the page.
    #[doc(hidden)]
    pub fn begin(&self, machine: &mut Machine) {
        let millis = |most: u64| Span::from_millis(self.much % most);
        let lasts = self.lasts.into();
        match self.fault {
            Fault::Drop => machine.cut(),
            Fault::Silence => machine.set_silent(true),
            Fault::Change => machine.change_network(),
            Fault::Offline => machine.set_offline(true),
            Fault::Latency => machine.set_latency(millis(3_000), millis(2_900), millis(500)),
            Fault::Bandwidth => {
                let rate = Some(1_000 + self.much % 63_000);
                machine.set_bandwidth(rate, rate);
            }
            Fault::Restart => {
                let (code, reason) = match self.much % 4 {
                    0 => (None, ""),
                    1 => (Some(1012), ""),
                    _ => (Some(1001), "{\"retryAfter\":500}"),
                };
                for server in machine.servers() {
                    // Its host goes off before the closing handshake has ended.
                    if self.much % 4 == 3 {
                        machine.close_and_vanish(server, code, reason);
                    }
                    machine.restart(server, lasts, code, reason);
                }
            }
            Fault::Refuse => answer(machine, Answer::Refuse(503)),
            Fault::Hang => answer(machine, Answer::Hang),
            Fault::Hide => machine.hide(),
            Fault::Freeze => machine.freeze(),
            Fault::Sleep => machine.sleep(lasts),
            Fault::Block => machine.block(lasts.min(LONGEST_BLOCK)),
            Fault::Leave => machine.leave(millis(4_000)),
            Fault::Crash => machine.crash(),
            Fault::TaskOrder => machine.set_any_order(true),
        }
    }

    /// Ends it. A page that is gone is for the caller to load.
    #[doc(hidden)]
    pub fn end(&self, machine: &mut Machine) {
        end(self.fault, machine);
    }
}

const LONGEST_BLOCK: Span = Span::from_millis(10_000);
const WELL: Span = Span::from_millis(10);

fn end(fault: Fault, machine: &mut Machine) {
    match fault {
        Fault::Silence => machine.set_silent(false),
        Fault::Offline => machine.set_offline(false),
        Fault::Latency => machine.set_latency(WELL, WELL, Span::ZERO),
        Fault::Bandwidth => machine.set_bandwidth(None, None),
        Fault::Refuse | Fault::Hang => answer(machine, Answer::Accept),
        Fault::Hide | Fault::Freeze => machine.show(),
        Fault::Leave => _ = machine.back(),
        Fault::TaskOrder => machine.set_any_order(false),
        Fault::Drop | Fault::Change | Fault::Restart | Fault::Sleep | Fault::Block | Fault::Crash => {}
    }
}

fn answer(machine: &mut Machine, answer: Answer) {
    for server in machine.servers() {
        machine.set_answer(server, answer);
    }
}

/// Ends everything that faults can have left.
pub fn heal(machine: &mut Machine) {
    for fault in Fault::ALL {
        end(fault, machine);
    }
    machine.wake();
}

/// When a fault begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The time since the world began.
    pub at: Duration,
    /// True if it begins. At one time, others end before.
    pub begins: bool,
    /// The fault.
    pub index: usize,
}

/// Returns when faults begin and end, in order.
#[must_use]
pub fn moments(faults: &[Scheduled]) -> Vec<Moment> {
    let moment = |at, begins, index| Moment { at, begins, index };
    let all = faults.iter().enumerate();
    let begins = all.clone().map(|(index, it)| moment(it.at, true, index));
    let ends = all.map(|(index, it)| moment(it.at.saturating_add(it.lasts), false, index));
    let mut moments: Vec<_> = begins.chain(ends).collect();
    moments.sort_unstable();
    moments
}
