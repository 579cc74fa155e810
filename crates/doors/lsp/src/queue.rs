//! What waits to be done, in the order in which it came.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use lsp_server::{Message, RequestId};
use serde_json::Value;

use crate::transport::Incoming;

pub struct Queue {
    source: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
}

impl Queue {
    pub fn new(source: Receiver<Incoming>) -> Self {
        Queue {
            source,
            waiting: VecDeque::new(),
        }
    }

    /// The next thing that came, where something did.
    pub fn next_there(&mut self) -> Option<Incoming> {
        self.drain();
        self.waiting.pop_front()
    }

    /// The next thing that comes.
    pub fn wait(&mut self) -> Incoming {
        self.next_there()
            .unwrap_or_else(|| self.source.recv().unwrap_or(Incoming::End))
    }

    fn drain(&mut self) {
        self.waiting.extend(self.source.try_iter());
    }

    /// Whether the client took a request back that waits to be answered.
    pub fn is_cancelled(&mut self, id: &RequestId) -> bool {
        self.drain();
        let wanted = serde_json::to_value(id).unwrap_or(Value::Null);
        self.notifications()
            .any(|(method, params)| method == "$/cancelRequest" && params["id"] == wanted)
    }

    /// Whether texts change before what is being worked out could be shown.
    pub fn brings_changes(&mut self) -> bool {
        self.drain();
        self.notifications().any(|(method, _)| {
            matches!(
                method,
                "textDocument/didOpen" | "textDocument/didChange" | "textDocument/didClose"
            )
        })
    }

    fn notifications(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.waiting.iter().filter_map(|incoming| match incoming {
            Incoming::Message(Message::Notification(n)) => Some((n.method.as_str(), &n.params)),
            _ => None,
        })
    }
}
