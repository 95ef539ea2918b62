//! The methods that the handles of all hooks have. Each framework's handle is a type of its own, so they are a macro.

/// Defines `send`, `send_json`, `request`, `call` and `notify` on a handle that has `fn socket(&self) -> Result<WebSocket, SendError>`.
#[doc(hidden)]
#[macro_export]
macro_rules! socket_methods {
    () => {
        /// Sends a message: now if a connection is open, else as soon as one is.
        ///
        /// # Errors
        /// [`SendError`]($crate::holdfast_ws::SendError); `Closed` if there is no socket.
        pub fn send(
            &self,
            message: impl Into<$crate::holdfast_ws::Message>,
        ) -> Result<(), $crate::holdfast_ws::SendError> {
            self.socket()?.send(&message.into())
        }

        /// Sends a value as JSON, now or as soon as a connection is open.
        ///
        /// # Errors
        /// [`SendJsonError`]($crate::holdfast_ws::SendJsonError).
        pub fn send_json<T>(&self, value: &T) -> Result<(), $crate::holdfast_ws::SendJsonError>
        where
            T: $crate::serde::Serialize + ?Sized,
        {
            self.socket()?.send_json(value)
        }

        /// Sends a request, a struct or map that gets an `id`, and waits for the reply with the same `id`.
        ///
        /// # Errors
        /// [`RequestError`]($crate::holdfast_ws::RequestError), exactly once.
        pub async fn request<Req, Res>(&self, request: &Req) -> Result<Res, $crate::holdfast_ws::RequestError>
        where
            Req: $crate::serde::Serialize + ?Sized,
            Res: $crate::serde::de::DeserializeOwned,
        {
            self.socket()?.request(request).await
        }

        /// Calls a method by JSON-RPC 2.0, and waits for its result.
        ///
        /// # Errors
        /// [`RequestError`]($crate::holdfast_ws::RequestError), exactly once.
        pub async fn call<Params, Res>(
            &self,
            method: &str,
            params: &Params,
        ) -> Result<Res, $crate::holdfast_ws::RequestError>
        where
            Params: $crate::serde::Serialize + ?Sized,
            Res: $crate::serde::de::DeserializeOwned,
        {
            self.socket()?.call(method, params).await
        }

        /// Tells the server something by JSON-RPC 2.0, for which there is no reply.
        ///
        /// # Errors
        /// [`SendJsonError`]($crate::holdfast_ws::SendJsonError).
        pub fn notify<Params>(&self, method: &str, params: &Params) -> Result<(), $crate::holdfast_ws::SendJsonError>
        where
            Params: $crate::serde::Serialize + ?Sized,
        {
            self.socket()?.notify(method, params)
        }
    };
}
