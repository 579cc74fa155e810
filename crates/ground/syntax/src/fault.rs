//! Faults found while reading, with their places, and how they become findings.

use crate::source::Sources;
use model::{Finding, Place, Related, Severity, Span};

/// Something wrong in a text. All faults are blockers: what is not understood is not designed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// One of the ids in [`RULES`].
    pub rule: &'static str,
    /// Dotted path in the model, as far as it is known.
    pub path: String,
    pub file: usize,
    pub span: Span,
    pub message: String,
    pub remedy: String,
    /// Other places concerned: path, file, span, what is there.
    pub related: Vec<(String, usize, Span, String)>,
}

/// Every rule of this crate, with why it matters.
pub const RULES: &[(&str, &str)] = &[
    (
        "bad-syntax",
        "What cannot be parsed cannot be checked, and a guess could change the design.",
    ),
    (
        "duplicate-key",
        "Only one of the two values can hold, and YAML readers disagree on which.",
    ),
    (
        "unknown-key",
        "A key that nothing reads is a typing error or a wish that nobody grants.",
    ),
    (
        "missing-key",
        "Without it the element means nothing definite, so it is left out of every check.",
    ),
    (
        "wrong-type",
        "A value of another type cannot be understood here.",
    ),
    (
        "unknown-value",
        "Only the listed values have a meaning here.",
    ),
    (
        "bad-quantity",
        "A number without the right unit can be wrong by orders of magnitude.",
    ),
    (
        "bad-expression",
        "An expression that does not parse cannot become a check or a query.",
    ),
    (
        "dangling-reference",
        "It names nothing that is declared, so the relation would lead nowhere.",
    ),
    (
        "bad-id",
        "Ids become names of files, tables and paths, so they keep to one alphabet.",
    ),
    (
        "unsupported-yaml",
        "It makes a file mean more than it shows, so the format leaves it out.",
    ),
    (
        "not-utf8",
        "Bytes outside UTF-8 read differently on every machine.",
    ),
    ("too-deep", "Nesting this deep is a mistake or an attack."),
    (
        "too-large",
        "A file this large is generated or an attack, and no person can review it.",
    ),
    (
        "ambiguous-text",
        "Some YAML readers take this word for true or false, others for text.",
    ),
    (
        "duplicate-id",
        "Two elements with one id cannot be told apart by references.",
    ),
    (
        "include-cycle",
        "A file that includes itself has no first line.",
    ),
    (
        "include-outside",
        "Only files beside the model belong to it; anything else changes unseen.",
    ),
    (
        "unknown-target",
        "A change without a target does nothing, and the overlay silently means the base.",
    ),
];

/// Why a rule of this crate matters, in one sentence.
pub fn why(rule: &str) -> &'static str {
    RULES
        .iter()
        .find(|(id, _)| *id == rule)
        .map_or("", |(_, why)| why)
}

impl Fault {
    pub fn new(
        rule: &'static str,
        path: impl Into<String>,
        at: (usize, Span),
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Fault {
            rule,
            path: path.into(),
            file: at.0,
            span: at.1,
            message: message.into(),
            remedy: remedy.into(),
            related: Vec::new(),
        }
    }
    pub fn related(mut self, path: &str, at: (usize, Span), message: impl Into<String>) -> Self {
        self.related
            .push((path.to_string(), at.0, at.1, message.into()));
        self
    }
    /// The finding as every stage reports it.
    pub fn into_finding(self, sources: &Sources) -> Finding {
        let mut finding = Finding::new(
            self.rule,
            Severity::Blocker,
            self.path.clone(),
            self.message,
        )
        .why(why(self.rule))
        .remedy(self.remedy);
        finding.place = place(self.path, self.file, self.span, sources);
        for (path, file, span, message) in self.related {
            finding.related.push(Related {
                place: place(path, file, span, sources),
                message,
            });
        }
        finding
    }
}

fn place(path: String, file: usize, span: Span, sources: &Sources) -> Place {
    Place {
        path,
        file: Some(sources.name(file).to_string()),
        span: Some(span),
    }
}

/// Most faults of one run; a person reads fewer, and one bad generator makes many alike.
const MAX_FAULTS: usize = 1000;

/// Findings of faults in a stable order: file, place, rule.
pub fn into_findings(mut faults: Vec<Fault>, sources: &Sources) -> Vec<Finding> {
    faults.sort_by(|a, b| {
        (a.file, a.span.start, a.rule, &a.path, &a.message).cmp(&(
            b.file,
            b.span.start,
            b.rule,
            &b.path,
            &b.message,
        ))
    });
    faults.dedup();
    if faults.len() > MAX_FAULTS {
        let more = faults.len() - MAX_FAULTS;
        faults.truncate(MAX_FAULTS);
        if let Some(last) = faults.last() {
            let message = format!("{more} more faults are not shown");
            let at = (last.file, last.span);
            faults.push(Fault::new(
                "too-large",
                "",
                at,
                message,
                "Mend these first.",
            ));
        }
    }
    faults
        .into_iter()
        .map(|f| f.into_finding(sources))
        .collect()
}
