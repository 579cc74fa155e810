//! What a renderer sees.

use evaluate::Evaluation;
use knowledge::Knowledge;
use model::{ComponentKind, Form, Style, System, Trigger};

use crate::renderers::Need;
use crate::studies::Studies;

/// A system with what is known and computed about it.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub system: &'a System,
    pub knowledge: &'a Knowledge,
    /// The numbers, where they were computed; a document without them says less.
    pub evaluation: Option<&'a Evaluation>,
    /// Simulations and projections, where they were made.
    pub studies: Option<&'a Studies>,
    pub options: Options,
}

/// What the caller may choose about the files. Nothing here changes what they say of the design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The file that the marker of every artifact names.
    pub source: String,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            source: "architecture.yaml".into(),
        }
    }
}

impl<'a> View<'a> {
    pub fn new(system: &'a System, knowledge: &'a Knowledge) -> Self {
        View {
            system,
            knowledge,
            evaluation: None,
            studies: None,
            options: Options::default(),
        }
    }

    /// The same view with these numbers.
    pub fn with_evaluation(mut self, evaluation: &'a Evaluation) -> Self {
        self.evaluation = Some(evaluation);
        self
    }

    /// Whether the model holds what a renderer needs.
    pub fn has(&self, need: Need) -> bool {
        match need {
            Need::Tables => self.system.architecture.data.iter().next().is_some(),
            Need::Http => self.serves_http(),
            Need::Components => !self.system.architecture.components.is_empty(),
            Need::Paths => !self.system.architecture.paths.is_empty(),
            Need::Evaluation => self.evaluation.is_some(),
            Need::Events => !self.system.brief.domain.events.is_empty(),
        }
    }

    /// Whether it answers over HTTP: no program that runs where it is called, and at least one
    /// operation that somebody asks for.
    fn serves_http(&self) -> bool {
        let System {
            brief,
            architecture,
            ..
        } = self.system;
        let program = architecture.style == Some(Style::Program)
            || matches!(brief.form, Some(Form::CommandLine | Form::Library))
            || (!architecture.components.is_empty()
                && architecture
                    .components
                    .values()
                    .all(|c| matches!(c.kind, ComponentKind::Program | ComponentKind::Client)));
        let asked = brief.domain.operations.values().any(|o| {
            matches!(
                o.trigger,
                Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
            )
        });
        asked && !program
    }
}
