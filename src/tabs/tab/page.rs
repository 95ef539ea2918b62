//! The page's life, as far as other tabs are concerned.

use crate::engine::Instant;

use super::super::frame::{Common, Frame};
use super::super::output::{Event, Output, Role};
use super::super::signal::Signal;
use super::{Standing, Tab};

impl<P: Clone, T: Clone + PartialEq> Tab<P, T> {
    /// Something happens to the page.
    pub fn handle_signal(&mut self, now: Instant, signal: Signal) {
        self.run(now);
        match signal {
            Signal::Hidden => {
                self.visible = false;
                self.spoke.set_visible(false, &mut self.queues);
            }
            Signal::Visible => {
                self.visible = true;
                self.spoke.set_visible(true, &mut self.queues);
                if matches!(self.standing, Standing::Waiting) {
                    let step = self.spoke.watch.ask(now);
                    self.watch(step);
                }
            }
            Signal::Away | Signal::Unload => {
                // It can't wait for anything there.
                if let Some(leaving) = &mut self.leaving {
                    leaving.until = now;
                } else {
                    self.go_away();
                    if signal == Signal::Unload {
                        self.queues.output(Output::Post(Frame::Common(self.id, Common::Unload)));
                    }
                }
            }
            Signal::Back => {
                if matches!(self.standing, Standing::Away) {
                    self.standing = Standing::Waiting;
                    self.come(now);
                }
            }
        }
        self.settle(now);
    }

    /// Gives up whatever would keep the page out of the back/forward cache.
    fn go_away(&mut self) {
        if matches!(self.standing, Standing::Left | Standing::Away) {
            return;
        }
        if self.hands_all() {
            self.queues.output(Output::DropConnection);
            self.queues.event(Event::Role(Role::Follower));
        }
        self.queues.leading = false;
        // It will miss what is handed over from now on.
        self.handed.clear();
        self.spoke.go_away(&mut self.queues);
        self.stand(Standing::Away);
        self.queues.output(Output::ReleaseLock);
    }

    /// Asks for the lock and for a hub.
    pub(super) fn come(&mut self, now: Instant) {
        self.queues.output(Output::RequestLock);
        self.spoke.watch.heard(now);
        self.spoke.join(&mut self.queues);
    }
}
