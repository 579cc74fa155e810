//! `propose`: changes of an author, tried on a copy, checked, evaluated, and written where they hold.

use folder::changing::{self, Acceptance, Answer, Ending, Request};
use model::Author;
use pipeline::differing::{Difference, ThreeWay};
use pipeline::proposing::{Change, Document, Proposed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Tool;
use crate::desk::Call;
use crate::short::{self, Move, Refusal, Short};

pub struct Propose;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The `revision` that you read; a proposal on another state is refused with what was done meanwhile.
    base: String,
    /// Why, for the history and whoever reads it.
    reason: String,
    /// In their order, all or none.
    #[serde(default)]
    changes: Vec<Edit>,
    /// Whole files instead.
    #[serde(default)]
    texts: Texts,
    /// Who, for the history; the client's name unless said.
    #[serde(default)]
    author: Option<String>,
    /// Ids of blockers that are accepted knowingly.
    #[serde(default)]
    knowingly: Vec<String>,
    /// Judge only, write nothing.
    #[serde(default)]
    try_only: bool,
}

/// One of `set` (with `to`), `add` (with `value`) and `remove`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Path of a value to replace or a key to write: `components.orders.instances`.
    #[serde(default)]
    set: Option<String>,
    #[serde(default)]
    to: Option<Value>,
    /// Path of a new element, its id last: `mechanisms.slot-hold`; or of a list to add an item to.
    #[serde(default)]
    add: Option<String>,
    #[serde(default)]
    value: Option<Value>,
    /// Path of what goes.
    #[serde(default)]
    remove: Option<String>,
    /// The file; `architecture` unless said.
    #[serde(default, rename = "in")]
    file: Document,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    #[serde(default)]
    brief: Option<String>,
    #[serde(default)]
    architecture: Option<String>,
    #[serde(default)]
    waivers: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Accepted,
    /// It holds; nothing was written, since it was only to be tried.
    Holds,
    Rejected,
    /// It changes nothing.
    Same,
    /// The files are not what `base` names.
    Stale,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    verdict: Verdict,
    /// Of the files as they stand now: the next `base`.
    revision: String,
    /// Number in the history, for `history` with `undo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<u64>,
    /// Ids of the findings for which it was rejected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    /// Findings that it brings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    brings: Vec<Short>,
    #[serde(skip_serializing_if = "short::is_zero")]
    brings_more: usize,
    /// Ids of findings that it cures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cures: Vec<String>,
    /// Numbers that move, the weightiest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moves: Vec<Move>,
    #[serde(skip_serializing_if = "short::is_zero")]
    moves_more: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    meanwhile: Option<Meanwhile>,
    next: String,
}

/// Three ways: what others did since the base, what you propose, where they meet.
#[derive(Serialize, JsonSchema)]
struct Meanwhile {
    theirs: Vec<Changed>,
    yours: Vec<Changed>,
    /// Paths that both changed.
    conflicts: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Changed {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
}

impl Tool for Propose {
    const NAME: &'static str = "propose";
    const ABOUT: &'static str = "Changes brief or architecture: tried on a copy, checked, evaluated; written only if it can be understood and brings no new blocker. The answer has the findings it brings and cures and the numbers that move.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        if !input.try_only {
            call.may_write()?;
        }
        let author = input
            .author
            .clone()
            .unwrap_or_else(|| call.client.to_string());
        let base = input.base.clone();
        let knowingly = input.knowingly.clone();
        let (reason, try_only) = (input.reason.clone(), input.try_only);
        if reason.trim().is_empty() {
            return Err(Refusal::new("a change without a reason is not accepted")
                .next("Say in `reason` why the design is better with it."));
        }
        let request = Request {
            base: Some(&base),
            author: &author,
            by: Author::Agent,
            reason: &reason,
            proposed: proposed(input)?,
            accepts: Acceptance::NoNewBlocker {
                knowingly: &knowingly,
            },
            try_only,
        };
        let answer = ask(call, &request)?;
        Ok(shown(answer))
    }
}

fn proposed(input: Input) -> Result<Proposed, Refusal> {
    let texts = [
        (Document::Brief, input.texts.brief),
        (Document::Architecture, input.texts.architecture),
        (Document::Waivers, input.texts.waivers),
    ];
    let texts: Vec<_> = texts
        .into_iter()
        .filter_map(|(document, text)| Some((document, text?)))
        .collect();
    let mut changes = Vec::new();
    let mut faults = Vec::new();
    for (at, edit) in input.changes.into_iter().enumerate() {
        let Edit {
            set,
            to,
            add,
            value,
            remove,
            file,
        } = edit;
        match (set, to, add, value, remove) {
            (Some(set), Some(to), None, None, None) => changes.push(Change::Set { set, to, file }),
            (None, None, Some(add), Some(value), None) => {
                changes.push(Change::Add { add, value, file })
            }
            (None, None, None, None, Some(remove)) => changes.push(Change::Remove { remove, file }),
            _ => faults.push(format!("changes[{at}]")),
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::new(format!("{} cannot be read", faults.join(", "))).next(
            "Each change is one of {set, to}, {add, value} and {remove}, with `in` for another file than the architecture.",
        ));
    }
    if texts.is_empty() && changes.is_empty() {
        return Err(Refusal::new("nothing is proposed").next("Give `changes` or `texts`."));
    }
    Ok(Proposed { texts, changes })
}

fn ask(call: &Call<'_>, request: &Request<'_>) -> Result<Answer, Refusal> {
    let known = |revision: &str| call.desk.handed(revision);
    let wanted = || call.going_on().is_ok();
    let answer = changing::propose(&call.desk.folder, request, &known, &wanted)?;
    call.desk.revision()?;
    Ok(answer)
}

/// Writes what another tool made for a person: judged, but a finding about the design is no reason to
/// refuse it. A file that cannot be understood is.
pub(super) fn accept(
    call: &Call<'_>,
    proposed: Proposed,
    author: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let request = Request {
        base: None,
        author,
        by: Author::Person,
        reason,
        proposed,
        accepts: Acceptance::Understood,
        try_only: false,
    };
    let answer = ask(call, &request)?;
    match answer.ending {
        Ending::Accepted(_) | Ending::Same | Ending::Holds => Ok(()),
        Ending::Rejected => {
            let findings = [answer.refused, answer.judgement.appeared].concat();
            Err(Refusal::findings(
                "the brief would not be one any more",
                &findings,
            ))
        }
        Ending::Stale(_) => Err(Refusal::new(
            "somebody changed the files meanwhile; nothing was written",
        )
        .next("Call it again.")),
    }
}

/// Findings shown at once.
const BRINGS: usize = 8;

fn shown(answer: Answer) -> Output {
    let judgement = answer.judgement;
    let brings: Vec<Short> = answer
        .refused
        .iter()
        .chain(&judgement.appeared)
        .map(Short::of)
        .collect();
    let (moves, moves_more) = short::moves(&judgement.moved);
    let mut output = Output {
        verdict: Verdict::Rejected,
        revision: answer.revision,
        entry: None,
        because: judgement.because,
        brings_more: brings.len().saturating_sub(BRINGS),
        brings: brings.into_iter().take(BRINGS).collect(),
        cures: judgement.gone.iter().map(model::Finding::key).collect(),
        moves,
        moves_more,
        meanwhile: None,
        next: String::new(),
    };
    output.next = match answer.ending {
        Ending::Accepted(entry) => {
            output.verdict = Verdict::Accepted;
            output.entry = Some(entry.id);
            match output.brings.is_empty() {
                true => "Written. `render` renews the documents when you are done.",
                false => "Written; look at what it brings.",
            }
        }
        Ending::Holds => {
            output.verdict = Verdict::Holds;
            "Propose the same without `try_only` to write it."
        }
        Ending::Same => {
            output.verdict = Verdict::Same;
            "The files say this already."
        }
        Ending::Rejected if output.because.is_empty() => {
            "Nothing was written: the changes named fit nothing. Mend them and propose all again."
        }
        Ending::Rejected => {
            "Nothing was written. Mend what `brings` says and propose all again; a blocker that must stay for now goes into `knowingly`."
        }
        Ending::Stale(met) => {
            output.verdict = Verdict::Stale;
            let (next, meanwhile) = match met {
                None => ("The base is not known here: `look` again, and propose on what is there now.", None),
                Some(met) if met.conflicts.is_empty() => (
                    "Others changed other places. Propose the same again with this revision as `base`.",
                    Some(met),
                ),
                Some(met) => (
                    "Others changed the same places: look at the conflicts, decide, and propose on this revision.",
                    Some(met),
                ),
            };
            output.meanwhile = meanwhile.map(meet);
            next
        }
    }
    .to_string();
    output
}

fn meet(met: ThreeWay) -> Meanwhile {
    let list = |all: &[Difference]| all.iter().take(20).map(changed).collect();
    Meanwhile {
        theirs: list(&met.theirs),
        yours: list(&met.mine),
        conflicts: met.conflicts,
    }
}

pub(super) fn changed(difference: &Difference) -> Changed {
    let path = match difference.file {
        Document::Architecture => difference.path.clone(),
        file => format!("{}: {}", short::word(&file), difference.path),
    };
    let value = |value: &Option<Value>| value.as_ref().map(|v| short::cut(v, 240));
    Changed {
        path,
        before: value(&difference.before),
        after: value(&difference.after),
    }
}
