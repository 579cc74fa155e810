//! Discover: what must still be known before a design can be trusted, and what in a brief cannot be
//! true as it stands.
//!
//! The order of work: `bank` reads the questions of `data/questions`, `condition` and `subject` say
//! which of them concern a brief, `asking` plans every candidate answer and keeps the questions whose
//! answer changes something, `answers` and `questionnaire` bring answers back into the text of the
//! brief, `acknowledge` says what is known already, and `gate` finds dangling names and contradictions.

mod acknowledge;
mod answers;
mod asked;
mod asking;
pub mod bank;
mod condition;
mod gate;
mod place;
mod questionnaire;
mod subject;

pub use acknowledge::acknowledge;
pub use answers::{answer, assume};
pub use asked::{Also, AnswerKind, Asked, Choice};
pub use asking::{questions, questions_by_loss};
pub use gate::gate;
pub use questionnaire::{questionnaire, read_questionnaire};
