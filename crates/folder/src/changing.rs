//! Changing the files on an author's proposal: tried on a copy, judged, and written whole or not at
//! all. A proposal on a state that is no more is refused, with what was done meanwhile.

use std::path::Path;

use model::{Author, Finding};
use pipeline::differing::{ThreeWay, three_way};
use pipeline::proposing::{self, Judgement, Proposed, Texts};

use crate::history::{self, Entry, Said};
use crate::lock::{self, Lock};
use crate::{files, opening};

/// A proposal, and who makes it why.
pub struct Request<'a> {
    /// The revision that the author read.
    pub base: Option<&'a str>,
    /// Who, for the history.
    pub author: &'a str,
    /// Whose elements they become.
    pub by: Author,
    pub reason: &'a str,
    pub proposed: Proposed,
    pub accepts: Acceptance<'a>,
    /// Judge only.
    pub try_only: bool,
}

/// What a proposal must come to before it is written.
pub enum Acceptance<'a> {
    /// No blocker that was not there, but for those with these keys: they are accepted knowingly.
    NoNewBlocker { knowingly: &'a [String] },
    /// Files that can be understood, whatever the rules say of the design.
    Understood,
    /// No new blocker, and what the author asks for beside it.
    And(&'a dyn Fn(&Judgement) -> bool),
}

/// How it ended.
#[derive(Debug)]
pub enum Ending {
    Accepted(Entry),
    /// It holds, and was only to be tried.
    Holds,
    Rejected,
    /// It changes nothing.
    Same,
    /// Somebody else changed the files since `base`; absent where `base` is not known.
    Stale(Option<ThreeWay>),
}

#[derive(Debug)]
pub struct Answer {
    pub ending: Ending,
    /// Of the files as they stand now.
    pub revision: String,
    /// Changes that fit nothing.
    pub refused: Vec<Finding>,
    pub judgement: Judgement,
}

/// Tries a proposal and writes it where it holds. `known` gives the texts of revisions that were
/// handed out and that the history does not have; `wanted` is asked right before writing, whether
/// anybody still waits for it.
pub fn propose(
    folder: &Path,
    request: &Request<'_>,
    known: &dyn Fn(&str) -> Option<Texts>,
    wanted: &dyn Fn() -> bool,
) -> Result<Answer, String> {
    let before = opening::texts(folder)?;
    let answer = |ending: Ending, revision: String| Answer {
        ending,
        revision,
        refused: Vec::new(),
        judgement: Judgement::default(),
    };
    let revision = before.revision();
    if let Some(base) = request.base.filter(|base| *base != revision) {
        let met = meet(folder, base, &before, &request.proposed, known)?;
        return Ok(answer(Ending::Stale(met), revision));
    }
    let after = match proposing::apply(&before, &request.proposed) {
        Ok(after) => after,
        Err(refused) => {
            let mut answer = answer(Ending::Rejected, revision);
            answer.refused = refused;
            return Ok(answer);
        }
    };
    if after == before {
        return Ok(answer(Ending::Same, revision));
    }
    let after = match request.by {
        Author::Person => after,
        by => proposing::stamp(&before, &after, by),
    };
    let knowingly = match request.accepts {
        Acceptance::NoNewBlocker { knowingly } => knowingly,
        Acceptance::Understood | Acceptance::And(_) => &[],
    };
    let judgement = judged(folder, &before, &after, knowingly)?;
    let holds = match request.accepts {
        Acceptance::NoNewBlocker { .. } => judgement.holds,
        Acceptance::Understood => judgement.usable,
        Acceptance::And(more) => judgement.holds && more(&judgement),
    };
    let (ending, revision) = match (holds, request.try_only) {
        (false, _) => (Ending::Rejected, revision),
        (true, true) => (Ending::Holds, revision),
        (true, false) => {
            let lock = lock::take(folder)?;
            if !wanted() {
                return Err("the call was taken back; nothing was written".to_string());
            }
            let said = Said {
                author: request.author,
                reason: request.reason,
                undoes: None,
            };
            match commit(folder, &lock, &before, &after, &said)? {
                Ok(entry) => {
                    let revision = entry.after.clone();
                    (Ending::Accepted(entry), revision)
                }
                Err(now) => {
                    let met = three_way(&before, &now, &after);
                    (Ending::Stale(Some(met)), now.revision())
                }
            }
        }
    };
    Ok(Answer {
        ending,
        revision,
        refused: Vec::new(),
        judgement,
    })
}

/// The judgement on two states of the folder.
pub fn judged(
    folder: &Path,
    before: &Texts,
    after: &Texts,
    knowingly: &[String],
) -> Result<Judgement, String> {
    let folder = files::folder(folder)?;
    let open = |texts: &Texts| texts.open(&mut files::reader(&folder));
    let today = files::today();
    Ok(proposing::judge(
        &open(before),
        &open(after),
        knowingly,
        Some(&today),
    ))
}

/// What others did since `base`, beside what is proposed.
fn meet(
    folder: &Path,
    base: &str,
    now: &Texts,
    proposed: &Proposed,
    known: &dyn Fn(&str) -> Option<Texts>,
) -> Result<Option<ThreeWay>, String> {
    let texts = match known(base) {
        Some(texts) => Some(texts),
        None => history::texts_of(folder, base)?,
    };
    Ok(texts.map(|base| {
        let mine = proposing::apply(&base, proposed).unwrap_or_else(|_| base.clone());
        three_way(&base, now, &mine)
    }))
}

/// Writes `after` if `before` still stands; otherwise gives what stands.
pub(crate) fn commit(
    folder: &Path,
    lock: &Lock,
    before: &Texts,
    after: &Texts,
    said: &Said<'_>,
) -> Result<Result<Entry, Texts>, String> {
    history::recover_locked(folder, lock)?;
    let now = opening::texts(folder)?;
    if now.revision() != before.revision() {
        return Ok(Err(now));
    }
    history::enter(folder, before, after, said).map(Ok)
}

/// Takes back the last accepted change that stands; `entry`, where given, must be that one. `Err`
/// says why it cannot.
pub fn undo(
    folder: &Path,
    entry: Option<u64>,
    author: &str,
    reason: &str,
) -> Result<Entry, String> {
    let lock = lock::take(folder)?;
    history::recover_locked(folder, &lock)?;
    let entries = history::entries(folder)?;
    let undone: Vec<u64> = entries.iter().filter_map(|e| e.undoes).collect();
    let last = entries
        .iter()
        .rev()
        .find(|e| e.undoes.is_none() && !undone.contains(&e.id))
        .ok_or("the history holds nothing that could be undone")?;
    if let Some(asked) = entry.filter(|id| *id != last.id) {
        return Err(format!(
            "entry {asked} is not the last one that stands; that is {}. Undo them one after the other",
            last.id
        ));
    }
    let now = opening::texts(folder)?;
    if now.revision() != last.after {
        return Err(format!(
            "the files were changed by hand after entry {}; undoing it would lose that. Compare with `groundplan history`, and edit",
            last.id
        ));
    }
    let before = history::texts(folder, last, |pair| pair.before.as_ref())?;
    let said = Said {
        author,
        reason,
        undoes: Some(last.id),
    };
    history::enter(folder, &now, &before, &said)
}
