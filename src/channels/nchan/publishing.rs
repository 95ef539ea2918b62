//! Publications and their responses.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::channels::adapter::{AdapterOutput, Bus, Payload, Response};
use crate::channels::ids::RequestId;

use super::posts::Post;
use super::{Nchan, frames, path, position};

/// Returns why a request with this status has published nothing.
fn refusal(status: u16) -> String {
    let why = match status {
        413 => ": the message is larger than nginx takes (client_max_body_size)",
        _ => "",
    };
    format!("HTTP status {status}{why}")
}

impl Nchan {
    pub(super) fn publish(&mut self, post: Post, bus: &mut Bus) {
        let fault = if self.config.publish.is_none() {
            Some("the option `publish` of nchan() has no URL")
        } else {
            // The URL would be another one.
            path::fault(&post.name)
        };
        if let Some(fault) = fault {
            return bus.handle_unpublished(post.publication, fault.into());
        }
        self.posts.add(post);
        self.post(bus);
    }

    /// Sends the publications whose turn it is. They wait for a connection that is wanted: without it a request would fail as well.
    pub(super) fn post(&mut self, bus: &Bus) {
        let Some(publish) = self.config.publish.as_ref().filter(|_| !self.sets.is_away()) else {
            return;
        };
        while let Some((request, post)) = self.posts.next(bus) {
            let kind = match &post.payload {
                Payload::Text(_) => "text/plain;charset=UTF-8",
                Payload::Binary(_) => "application/octet-stream",
            };
            let mut headers = Vec::from([
                (String::from("accept"), String::from("text/json")),
                (String::from("content-type"), String::from(kind)),
            ]);
            if let Some(token) = &self.token {
                headers.push((String::from("authorization"), format!("Bearer {token}")));
            }
            self.outputs.push(AdapterOutput::Request {
                request,
                method: "POST",
                url: publish.replace("{channel}", &path::encode(&post.name)),
                headers,
                body: Some(post.payload),
            });
        }
    }

    /// A request has its response.
    pub(super) fn handle_posted(&mut self, request: RequestId, response: Result<Response, String>, bus: &mut Bus) {
        let Some(publication) = self.posts.ended(request) else {
            return;
        };
        self.post(bus);
        match response {
            Ok(Response { status, body }) if (200..300).contains(&status) => {
                let offset = body.as_text().and_then(path::last_id).and_then(frames::offset_of);
                bus.handle_published(publication, offset.map(position));
            }
            Ok(Response { status, .. }) => bus.handle_unpublished(publication, refusal(status).into()),
            Err(reason) => bus.handle_publication_failed(publication, Payload::Text(reason)),
        }
    }
}
