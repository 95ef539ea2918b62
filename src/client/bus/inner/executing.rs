//! Executes what the machine asks for.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Inner;
use crate::channels::{Action, AdapterOutput, ChannelId, Payload, QuestionId, RequestId};
use crate::client::bus::holder::Holder;
use crate::client::bus::http::{HttpFuture, HttpRequest};
use crate::client::bus::load;
use crate::client::bus::values::ChannelEvent;
use crate::client::platform;

impl Inner {
    pub(super) fn execute(&self, action: Action) {
        match action {
            Action::Adapter(AdapterOutput::Dial) => self.dial(),
            Action::Adapter(AdapterOutput::Close) => {
                self.hang_up();
                self.status_changed();
            }
            Action::Adapter(AdapterOutput::Send(payload)) => self.transmit(&payload),
            Action::Adapter(AdapterOutput::Request {
                request,
                method,
                url,
                headers,
                body,
            }) => self.request(
                request,
                HttpRequest {
                    method,
                    url,
                    headers,
                    body,
                },
            ),
            Action::Authorize(channel, question) => self.authorize(channel, question),
            Action::Load(channel, question) => self.load(channel, question),
            Action::Reconnect => self.reconnect(),
        }
    }

    fn request(&self, id: RequestId, request: HttpRequest) {
        let response: HttpFuture = match &self.settings.http {
            Some(http) => http(request),
            None => Box::pin(platform::fetch(request)),
        };
        let this = self.this.clone();
        self.platform.spawn(async move {
            let response = response.await;
            if let Some(this) = this.upgrade() {
                this.with(|machine, now| machine.handle_response(now, id, response));
                this.schedule();
            }
        });
    }

    fn holder(&self, channel: ChannelId, which: impl Fn(&Holder) -> bool) -> Option<Rc<Holder>> {
        self.holders_of(channel).into_iter().find(|holder| which(holder))
    }

    fn authorize(&self, channel: ChannelId, question: QuestionId) {
        let id = self.with(|machine, _| machine.bus().authorizer(channel));
        let holder = self.holder(channel, |holder| Some(holder.id) == id);
        let asked = holder.and_then(|holder| holder.authorize.as_ref().map(|ask| ask(holder.name.clone())));
        let this = self.this.clone();
        self.platform.spawn(async move {
            let token = match asked {
                Some(asked) => asked.await.map_err(|error| error.to_string()),
                None => Err(String::from("there is no token")),
            };
            let Some(this) = this.upgrade() else { return };
            this.with(|machine, now| match token {
                Ok(token) => {
                    let text = Payload::Text(token.text);
                    machine
                        .bus_mut()
                        .handle_token(now, channel, question, text, token.lifetime);
                }
                Err(reason) => {
                    let reason = Some(Payload::Text(reason));
                    machine.bus_mut().handle_no_token(now, channel, question, reason);
                }
            });
            this.schedule();
        });
    }

    /// Lets all holders load that do.
    fn load(&self, channel: ChannelId, question: QuestionId) {
        let ids: Vec<_> = self.with(|machine, _| machine.bus().loaders(channel).collect());
        let holders: Vec<Rc<Holder>> = self
            .holders_of(channel)
            .into_iter()
            .filter(|holder| ids.contains(&holder.id))
            .collect();
        let loads: Vec<_> = holders
            .iter()
            .filter_map(|holder| Some((holder.id, holder.load.as_ref()?())))
            .collect();
        // The bus is not kept by what the application does meanwhile.
        drop(holders);
        let this = self.this.clone();
        self.platform.spawn(async move {
            let all = load::all(loads).await;
            let Some(this) = this.upgrade() else { return };
            let Some(all) = all else {
                this.with(|machine, now| machine.bus_mut().handle_not_loaded(now, channel, question));
                return this.schedule();
            };
            if !this.with(|machine, _| machine.bus().is_loading(channel, question)) {
                return;
            }
            let mut states = Vec::new();
            for (id, loaded) in all {
                if let Some(holder) = this.holder(channel, |holder| holder.id == id) {
                    (loaded.take)();
                    holder.tell(&ChannelEvent::Loaded(loaded.position.clone()));
                }
                states.push((id, loaded.position));
            }
            this.with(|machine, now| {
                let bus = machine.bus_mut();
                bus.handle_all_loaded(now, channel, question, &states);
            });
            this.schedule();
        });
    }
}
