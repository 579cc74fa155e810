//! Which questions are asked: those whose answers lead to different recommendations.
//!
//! Answers are tried one question at a time, with the other open questions at their defaults. So two
//! answers that matter only together are missed; trying all pairs would take the square of the calls,
//! and after one of the two is answered the other is tried again.

use crate::answers::sets;
use crate::asked::{AnswerKind, Asked, Choice};
use crate::bank::{self, Question};
use crate::place::{self, said, value_of};
use crate::{condition, subject};
use knowledge::{Capability, Knowledge, Role};
use model::Brief;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is added to the impact of a question without whose answer nothing can be planned.
const FIRST: f64 = 1000.0;

/// The open questions of a brief: the deciding ones first, and among each the one that changes most.
/// [`questions_by_loss`] orders them by what a wrong default costs.
///
/// `recommend` plans a brief and gives a signature of what is recommended: its parts, between
/// semicolons, without sizes. It is called once for each different candidate brief, so about three
/// times per open question.
pub fn questions(
    brief: &Brief,
    knowledge: &Knowledge,
    recommend: &dyn Fn(&Brief) -> String,
) -> Vec<Asked> {
    questions_by_loss(brief, knowledge, recommend, &|_, _| 0.0)
}

/// As [`questions`], with those first whose default would cost most if it were wrong.
///
/// `loss(truth, assumed)` says by how much what `assumed` recommends is worse than what `truth`
/// recommends, where `truth` is true. It is called for answers that change the recommendation, and
/// the answers that were tried, the default among them, count as equally likely: nobody knows better
/// before asking.
pub fn questions_by_loss(
    brief: &Brief,
    knowledge: &Knowledge,
    recommend: &dyn Fn(&Brief) -> String,
    loss: &dyn Fn(&Brief, &Brief) -> f64,
) -> Vec<Asked> {
    let bank = bank::questions().value;
    let value = value_of(brief);
    let open: Vec<(&Question, Asked)> = bank
        .iter()
        .filter_map(|question| Some((question, open(question, brief, &value, knowledge)?)))
        .collect();
    let mut base = brief.clone();
    for (_, asked) in open.iter().filter(|(_, asked)| !asked.default.is_null()) {
        base = place::with(&base, &sets(asked, &asked.default)).unwrap_or(base);
    }
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut signature = |candidate: &Brief| -> String {
        let key = value_of(candidate).to_string();
        known
            .entry(key)
            .or_insert_with(|| recommend(candidate))
            .clone()
    };
    let mut asked = Vec::new();
    for (order, (question, mut one)) in open.into_iter().enumerate() {
        if question.always {
            one.deciding = true;
            one.impact = FIRST - order as f64;
            asked.push(one);
            continue;
        }
        let usual = signature(&base);
        let mut found: BTreeSet<String> = BTreeSet::from([usual.clone()]);
        let mut far = 0.0_f64;
        let (mut lost, mut tries) = (0.0, 1.0);
        for candidate in candidates(question, &one) {
            let Ok(tried) = place::with(&base, &sets(&one, &candidate)) else {
                continue;
            };
            let other = signature(&tried);
            far = far.max(difference(&usual, &other));
            if candidate != one.default {
                tries += 1.0;
                if other != usual {
                    lost += loss(&tried, &base).max(0.0);
                }
            }
            found.insert(other);
        }
        if found.len() > 1 {
            one.deciding = question.must_not_guess;
            one.impact = found.len() as f64 + far * 0.99;
            one.expected_loss = lost / tries;
            asked.push(one);
        }
    }
    // Many choices make many recommendations (`must-use`), so what must not be guessed goes first.
    // Among each, what a wrong default costs, then how much the answers change.
    // Stable: equals stay in the order of topics and ids.
    let without = |one: &Asked| one.impact > FIRST / 2.0;
    asked.sort_by(|a, b| {
        b.deciding
            .cmp(&a.deciding)
            .then(without(b).cmp(&without(a)))
            .then(b.expected_loss.total_cmp(&a.expected_loss))
            .then(b.impact.total_cmp(&a.impact))
    });
    asked
}

/// The question as it is asked of this brief; `None` where it does not concern it or is answered.
fn open(question: &Question, brief: &Brief, value: &Value, knowledge: &Knowledge) -> Option<Asked> {
    let holds = |text: &String| condition::parse(text).is_ok_and(|c| c.holds(brief, value));
    if !question.applies.iter().all(holds) || brief.assumptions.contains_key(&question.id) {
        return None;
    }
    let names = match &question.of {
        Some(word) => subject::find(word, brief),
        None => vec![String::new()],
    };
    let (first, others) = names.split_first()?;
    let sets = question.sets.replace("{name}", first);
    let assumed = brief.assumptions.values().filter_map(|a| a.sets.as_deref());
    if said(value, &sets) || assumed.into_iter().any(|path| path == sets) {
        return None;
    }
    let mut also = question.also.clone();
    let mut spread = None;
    if question.of.is_some() {
        also.iter_mut()
            .for_each(|a| a.sets = a.sets.replace("{name}", first));
        also.extend(others.iter().map(|name| crate::asked::Also {
            sets: question.sets.replace("{name}", name),
            value: None,
        }));
    }
    if question.spread {
        spread = Some(names.len());
    }
    let all = names.join(", ");
    let fill = |text: &str| text.replace("{names}", &all).replace("{name}", first);
    let choices = match question.choices_from.as_deref() {
        Some("stores") => stores(knowledge),
        _ => question.choices.clone(),
    };
    Some(Asked {
        id: question.id.clone(),
        topic: question.topic.clone(),
        question: fill(&question.question),
        why: fill(&question.why),
        decides: question.decides.clone(),
        kind: question.kind,
        choices,
        default: question.default.clone(),
        because: fill(&question.because),
        assumption: fill(&question.assumption),
        sets,
        also,
        keyed: question.keyed.clone(),
        spread,
        deciding: false,
        impact: 0.0,
        expected_loss: 0.0,
    })
}

/// The stores that could hold a system's records: they commit several rows as one, and survive a
/// loss of power.
fn stores(knowledge: &Knowledge) -> Vec<Choice> {
    let needed = [Capability::Transactions, Capability::Durable];
    let found = knowledge.with_capabilities(Role::Store, &needed);
    found
        .into_iter()
        .map(|t| Choice {
            value: json!(t.id),
            label: t.name.clone(),
        })
        .collect()
}

fn candidates(question: &Question, asked: &Asked) -> Vec<Value> {
    let mut tried: Vec<Value> = question.probes.clone();
    match asked.kind {
        AnswerKind::YesNo => tried.extend([json!(false), json!(true)]),
        AnswerKind::OneOf => tried.extend(asked.choices.iter().map(|c| c.value.clone())),
        AnswerKind::ManyOf => tried.extend(asked.choices.iter().map(|c| json!([c.value]))),
        _ => {}
    }
    tried
}

/// The share of parts in which two signatures differ, 0 to 1.
fn difference(a: &str, b: &str) -> f64 {
    let (a, b): (BTreeSet<&str>, BTreeSet<&str>) = (a.split(';').collect(), b.split(';').collect());
    let all = a.union(&b).count().max(1);
    a.symmetric_difference(&b).count() as f64 / all as f64
}
