//! Words that several commands take.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// The least severity that counts.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    Blocker,
    Major,
    Minor,
    Note,
}

impl Threshold {
    pub fn severity(self) -> model::Severity {
        match self {
            Threshold::Blocker => model::Severity::Blocker,
            Threshold::Major => model::Severity::Major,
            Threshold::Minor => model::Severity::Minor,
            Threshold::Note => model::Severity::Note,
        }
    }
}
