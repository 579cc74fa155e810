//! Who says what to whom, in time: the picture of one operation.

mod draw;
mod rows;
mod text;

pub use draw::sequence_svg;
pub use text::sequence_text;

use super::graph::{Emphasis, Shape};

/// One life line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participant {
    /// Unique; becomes `data-id`.
    pub id: String,
    /// The name, wrapped to two lines.
    pub title: String,
    /// What it is, for example its technology. Empty: none.
    pub subtitle: String,
    /// The outline of its head; the same vocabulary as in graphs.
    pub shape: Shape,
}

/// How a message travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageKind {
    /// The sender waits: solid line, filled head.
    #[default]
    Call,
    /// Nobody waits: solid line, open head.
    Async,
    /// The answer: dashed line, open head.
    Return,
}

/// What a group of steps stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// One of several courses.
    #[default]
    Alt,
    /// Happens or does not.
    Opt,
    /// Repeated.
    Loop,
    /// Side by side.
    Par,
    /// One database transaction.
    Transaction,
}

/// One row of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An arrow; `from == to` is work on itself.
    Message {
        /// Id of the sender. A message with an unknown end is left out.
        from: String,
        /// Id of the receiver.
        to: String,
        /// What is said, one line.
        label: String,
        /// Small print under the arrow, such as `timeout 800 ms, 2 retries`. Empty: none.
        small: String,
        /// How it travels.
        kind: MessageKind,
        /// How strongly it is drawn.
        emphasis: Emphasis,
    },
    /// A remark beside a life line, wrapped to three lines.
    Note {
        /// Id of the participant it belongs to.
        at: String,
        /// The remark.
        text: String,
    },
    /// Opens a bracket around the following steps, up to the matching [`Step::Close`].
    Open {
        /// What it stands for.
        frame: Frame,
        /// Its condition or name, such as `stock available`.
        label: String,
    },
    /// Starts another course inside the open bracket.
    Else {
        /// Its condition.
        label: String,
    },
    /// Closes the innermost bracket. Missing ones are closed at the end.
    Close,
}

impl Step {
    /// A message of the given kind without small print.
    pub fn message(
        from: impl Into<String>,
        to: impl Into<String>,
        label: impl Into<String>,
        kind: MessageKind,
    ) -> Self {
        Step::Message {
            from: from.into(),
            to: to.into(),
            label: label.into(),
            small: String::new(),
            kind,
            emphasis: Emphasis::Normal,
        }
    }

    /// Adds small print to a message; leaves other steps as they are.
    #[must_use]
    pub fn small(mut self, text: impl Into<String>) -> Self {
        if let Step::Message { small, .. } = &mut self {
            *small = text.into();
        }
        self
    }
}

/// A sequence picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// From left to right.
    pub participants: Vec<Participant>,
    /// From top to bottom.
    pub steps: Vec<Step>,
}
