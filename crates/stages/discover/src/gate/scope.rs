//! What the paths of an expression may name where it stands.
//!
//! A path is sound if any reading of it leads somewhere: a bare name can be a field of the row that
//! the effect works on, of the operation's target, or a row that an earlier effect read. So a name
//! that several readings explain is never reported, and one that none explains is, with the first
//! reading's reason.

use super::names::{End, Lost, in_fields, inside, walk};
use super::report::Report;
use model::Map;
use model::domain::{Domain, Field, FieldType};
use model::expr::{Expr, Node, Op};
use std::borrow::Cow;

/// What a name stands for.
#[derive(Clone)]
pub(crate) enum Binding<'d> {
    /// A row of this entity.
    Row(Cow<'d, str>),
    /// These fields.
    Fields(Vec<(String, &'d Field)>),
    /// Anything: code that the model does not hold made it, or nothing is known of it.
    Any,
}

/// The names that mean something at one place.
#[derive(Clone)]
pub(crate) struct Scope<'d> {
    pub domain: &'d Domain,
    /// Entities whose rows bare names and `row` may mean, the nearest first.
    pub rows: Vec<Cow<'d, str>>,
    /// Account entities of who may ask; empty where nobody has one.
    pub principals: Vec<&'d str>,
    pub input: Binding<'d>,
    pub item: Binding<'d>,
    pub event: Binding<'d>,
    pub reply: Binding<'d>,
    /// Rows that effects before read or made, by name.
    pub named: Vec<(String, Binding<'d>)>,
}

type Found<'d> = Result<End<'d>, Lost<'d>>;

impl<'d> Scope<'d> {
    /// A scope in which nothing but the rows of `entity` is known.
    pub fn of_row(domain: &'d Domain, entity: &'d str) -> Self {
        Scope {
            domain,
            rows: vec![Cow::Borrowed(entity)],
            principals: accounts(domain, None),
            input: Binding::Any,
            item: Binding::Any,
            event: Binding::Any,
            reply: Binding::Any,
            named: Vec::new(),
        }
    }

    /// The same scope, with the rows of `entity` nearest.
    pub fn nearer(&self, entity: &'d str) -> Self {
        let mut scope = self.clone();
        scope.rows.insert(0, Cow::Borrowed(entity));
        scope
    }

    /// Where a binding leads.
    fn follow(&self, binding: &Binding<'d>, path: &[&str], name: &str) -> Found<'d> {
        match binding {
            Binding::Any => Ok(End::Other),
            Binding::Row(entity) => walk(self.domain, entity, path),
            Binding::Fields(fields) => {
                let Some((first, rest)) = path.split_first() else {
                    return Ok(End::Other);
                };
                match fields.iter().find(|(id, _)| id == first) {
                    Some((_, field)) => inside(field, rest, first),
                    None => Err(Lost {
                        word: (*first).to_string(),
                        what: format!("field of `{name}`"),
                        known: Vec::new(),
                    }),
                }
            }
        }
    }

    fn on_rows(&self, path: &[&str]) -> Vec<Found<'d>> {
        self.rows
            .iter()
            .map(|entity| walk(self.domain, entity, path))
            .collect()
    }

    fn principal(&self, path: &[&str]) -> Found<'d> {
        match path {
            [] | ["id" | "role" | "roles" | "kind" | "tenant"] => Ok(End::Other),
            _ if self.principals.is_empty() => Ok(End::Other),
            _ => {
                let mut tried = self.principals.iter().map(|e| walk(self.domain, e, path));
                let first = tried.next().unwrap_or(Ok(End::Other));
                match first {
                    Ok(end) => Ok(end),
                    Err(lost) => tried.find_map(Result::ok).ok_or(lost),
                }
            }
        }
    }

    /// Where a path leads, by any reading.
    pub fn resolve(&self, path: &[&str]) -> Found<'d> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(End::Other);
        };
        let mut readings: Vec<Found<'d>> = match *first {
            "now" if rest.is_empty() => vec![Ok(End::Other)],
            "principal" => vec![self.principal(rest)],
            "row" | "old" if self.rows.is_empty() => vec![Ok(End::Other)],
            "row" | "old" => self.on_rows(rest),
            "input" => vec![self.follow(&self.input, rest, "input")],
            "item" => vec![self.follow(&self.item, rest, "item")],
            "event" => vec![self.follow(&self.event, rest, "event")],
            "reply" => vec![self.follow(&self.reply, rest, "reply")],
            _ => Vec::new(),
        };
        // A relation may be called like a root (`item`), and an effect may name its row like a field.
        for (_, binding) in self.named.iter().filter(|(name, _)| name == first) {
            readings.push(self.follow(binding, rest, first));
        }
        readings.extend(self.on_rows(path));
        if readings.is_empty() {
            return Ok(End::Other);
        }
        // The reading with a known field says most, then any sound one, then the first reason.
        if let Some(at) = readings.iter().position(|r| matches!(r, Ok(End::Field(_)))) {
            return readings.swap_remove(at);
        }
        match readings.iter().position(Result::is_ok) {
            Some(at) => readings.swap_remove(at),
            None => readings.swap_remove(0),
        }
    }

    /// Reports the paths of an expression that lead nowhere, and words that an enum does not have.
    pub fn check(&self, expr: &Expr, place: &str, report: &mut Report) {
        for path in expr.paths() {
            let words: Vec<&str> = path.iter().map(String::as_str).collect();
            if let Err(lost) = self.resolve(&words) {
                let known = self.known(&words, &lost);
                let what = format!("{} (in `{}`)", lost.what, expr.text);
                report.unknown(
                    "unknown-field",
                    place.to_string(),
                    &lost.word,
                    &what,
                    &known,
                );
            }
        }
        self.values(&expr.node, place, report);
    }

    /// Names to suggest: those of the reading, and for a first word also what effects named.
    fn known<'a>(&'a self, path: &[&str], lost: &'a Lost<'d>) -> Vec<&'a str> {
        let mut known: Vec<&str> = lost.known.clone();
        if path.first() == Some(&lost.word.as_str()) {
            known.extend(self.named.iter().map(|(name, _)| name.as_str()));
        }
        let roots = [
            ("input", &self.input),
            ("item", &self.item),
            ("event", &self.event),
            ("reply", &self.reply),
        ];
        for (root, binding) in roots {
            if path.first() == Some(&root)
                && let Binding::Fields(fields) = binding
            {
                known.extend(fields.iter().map(|(name, _)| name.as_str()));
            }
        }
        known
    }

    /// Text that is compared with an enum must be one of its values.
    fn values(&self, node: &Node, place: &str, report: &mut Report) {
        match node {
            Node::Binary(Op::Eq | Op::Ne | Op::In, a, b) => {
                for (path, other) in [(a, b), (b, a)] {
                    let Node::Path(path) = &**path else { continue };
                    let words: Vec<&str> = path.iter().map(String::as_str).collect();
                    let Ok(End::Field(field)) = self.resolve(&words) else {
                        continue;
                    };
                    match &**other {
                        Node::List(items) => {
                            items
                                .iter()
                                .for_each(|i| self.value(field, path, i, place, report));
                        }
                        one => self.value(field, path, one, place, report),
                    }
                }
                self.values(a, place, report);
                self.values(b, place, report);
            }
            Node::Binary(_, a, b) => {
                self.values(a, place, report);
                self.values(b, place, report);
            }
            Node::Not(n) | Node::Neg(n) | Node::IsNull(n, _) => self.values(n, place, report),
            Node::List(nodes) | Node::Call(_, nodes) => {
                nodes.iter().for_each(|n| self.values(n, place, report));
            }
            _ => {}
        }
    }

    fn value(&self, field: &Field, path: &[String], node: &Node, place: &str, report: &mut Report) {
        if let Node::Text(text) = node {
            enum_value(field, text, &path.join("."), place, report);
        }
    }
}

/// Reports a text that is given to an enum field and is none of its values.
pub(crate) fn enum_value(field: &Field, text: &str, name: &str, place: &str, report: &mut Report) {
    let values: Vec<&str> = field.values.iter().map(String::as_str).collect();
    if field.kind == FieldType::Enum && !values.is_empty() && !values.contains(&text) {
        let what = format!("value of the enum `{name}`");
        report.unknown(
            "unknown-enum-value",
            place.to_string(),
            text,
            &what,
            &values,
        );
    }
}

/// Account entities of these actors, or of all.
pub(crate) fn accounts<'d>(domain: &'d Domain, of: Option<&[model::ActorId]>) -> Vec<&'d str> {
    let mut found = Vec::new();
    for (id, actor) in &domain.actors {
        let asked = of.is_none_or(|ids| ids.is_empty() || ids.iter().any(|a| **a == **id));
        match &actor.account {
            Some(account) if asked => found.push(&**account),
            _ => {}
        }
    }
    found
}

/// Named fields of a map, to bind.
pub(crate) fn fields(map: &Map<Field>) -> Vec<(String, &Field)> {
    map.iter().map(|(id, field)| (id.clone(), field)).collect()
}

/// Follows a name through the fields of a map; see [`in_fields`].
pub(crate) fn field_of<'d>(map: &'d Map<Field>, name: &str) -> Option<&'d Field> {
    match in_fields(map, &name.split('.').collect::<Vec<_>>(), "") {
        Ok(End::Field(field)) => Some(field),
        _ => None,
    }
}
