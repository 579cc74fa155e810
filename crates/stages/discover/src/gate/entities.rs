//! Names inside entities, their machines, views, policies and events.

use super::Facts;
use super::effects::{self, Place};
use super::names::walk;
use super::report::Report;
use super::scope::{Scope, accounts, enum_value};
use model::domain::{Derived, Domain, Entity, Field, FieldType, Key, Machine};
use model::expr::{Expr, Node};
use model::{Finding, Map, Severity};
use std::collections::BTreeSet;
use syntax::path::{index, join};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let domain = &facts.brief.domain;
    for (id, entity) in &domain.entities {
        let at = join("domain.entities", id);
        fields(&entity.fields, &join(&at, "fields"), report);
        keys(domain, id, entity, &at, report);
        relations(domain, id, entity, &at, report);
        for (name, derived) in &entity.derived {
            let at = join(&join(&at, "derived"), name);
            self::derived(domain, id, name, derived, &at, report);
        }
        let scope = Scope::of_row(domain, id);
        for (name, field) in &entity.fields {
            if let Some(default) = &field.default {
                let place = format!("{}.default", join(&join(&at, "fields"), name));
                scope.check(default, &place, report);
                if let Node::Text(text) = &default.node {
                    enum_value(field, text, name, &place, report);
                }
            }
        }
        for (name, check) in &entity.checks {
            let at = join(&join(&at, "checks"), name);
            scope.check(&check.expr, &format!("{at}.expr"), report);
            if let Some(state) = &check.state {
                self::state(
                    entity.machine.as_ref(),
                    state,
                    format!("{at}.state"),
                    id,
                    report,
                );
            }
        }
        if let Some(machine) = &entity.machine {
            self::machine(
                domain,
                id,
                entity,
                machine,
                &format!("{at}.machine"),
                report,
            );
        }
    }
    ownership(domain, report);
    views(domain, report);
    policies(domain, report);
    events(domain, report);
}

/// Enums without values, and ranges that nothing fits into.
fn fields(fields: &Map<Field>, at: &str, report: &mut Report) {
    for (name, field) in fields {
        let at = join(at, name);
        if field.kind == FieldType::Enum && field.values.is_empty() {
            report.add(
                Finding::new(
                    "empty-enum",
                    Severity::Blocker,
                    &at,
                    format!("the enum `{name}` has no values"),
                )
                .why("No row could be written.")
                .remedy("List its values under `values`."),
            );
        }
        let ranges = [
            ("min", field.min, "max", field.max),
            (
                "min_length",
                field.min_length.map(f64::from),
                "max_length",
                field.max_length.map(f64::from),
            ),
        ];
        for (low_name, low, high_name, high) in ranges {
            if let (Some(low), Some(high)) = (low, high)
                && low > high
            {
                let message = format!("`{name}` has {low_name} {low} above {high_name} {high}");
                report.add(
                    Finding::new("impossible-range", Severity::Blocker, &at, message)
                        .why("No value fits.")
                        .remedy("Swap or mend the two bounds."),
                );
            }
        }
        self::fields(&field.of, &join(&at, "of"), report);
    }
}

/// A list of names of one entity.
pub(crate) fn names(
    domain: &Domain,
    entity: &str,
    names: &[String],
    at: &str,
    report: &mut Report,
) {
    for (i, name) in names.iter().enumerate() {
        one(domain, entity, name, index(at, i), report);
    }
}

/// One name of an entity; a leading `-` means descending.
pub(crate) fn one(domain: &Domain, entity: &str, name: &str, at: String, report: &mut Report) {
    let words: Vec<&str> = name.trim_start_matches('-').split('.').collect();
    if let Err(lost) = walk(domain, entity, &words) {
        report.unknown("unknown-field", at, &lost.word, &lost.what, &lost.known);
    }
}

fn keys(domain: &Domain, id: &str, entity: &Entity, at: &str, report: &mut Report) {
    if let Key::Natural(parts) = &entity.key {
        names(domain, id, parts, &format!("{at}.key.natural"), report);
        if parts.is_empty() {
            report.add(
                Finding::new(
                    "empty-key",
                    Severity::Blocker,
                    format!("{at}.key"),
                    format!("the natural key of `{id}` has no fields"),
                )
                .why("Rows could not be told apart.")
                .remedy("Name the fields, or leave the key out: a UUID is made then."),
            );
        }
    }
    for (i, group) in entity.unique.iter().enumerate() {
        names(
            domain,
            id,
            group,
            &index(&format!("{at}.unique"), i),
            report,
        );
    }
    if let Some(tenant) = &entity.tenant {
        let first = tenant.split('.').next().unwrap_or(tenant);
        if !entity.relations.contains_key(first) {
            let known: Vec<&str> = entity.relations.keys().map(String::as_str).collect();
            let what = format!("relation of `{id}`");
            report.unknown(
                "unknown-relation",
                format!("{at}.tenant"),
                tenant,
                &what,
                &known,
            );
        }
    }
}

fn relations(domain: &Domain, id: &str, entity: &Entity, at: &str, report: &mut Report) {
    for (name, link) in &entity.relations {
        let at = join(&join(at, "relations"), name);
        fields(&link.fields, &join(&at, "fields"), report);
        let (Some(inverse), Some(other)) = (&link.inverse, domain.entities.get(&*link.to)) else {
            continue;
        };
        let place = format!("{at}.inverse");
        match other.relations.get(inverse) {
            None => {
                let known: Vec<&str> = other.relations.keys().map(String::as_str).collect();
                let what = format!("relation of `{}`", link.to);
                report.unknown("unknown-relation", place, inverse, &what, &known);
            }
            Some(back) if *back.to != *id => report.add(
                Finding::new(
                    "one-sided-relation",
                    Severity::Blocker,
                    place,
                    format!(
                        "`{}.{inverse}` leads to `{}`, not back to `{id}`",
                        link.to, back.to
                    ),
                )
                .why("Two relations that are the same link must join the same two entities.")
                .remedy("Name the relation that leads back."),
            ),
            Some(_) => {}
        }
    }
}

fn relation(entity: &Entity, id: &str, name: &str, at: String, report: &mut Report) {
    if !entity.relations.contains_key(name) {
        let known: Vec<&str> = entity.relations.keys().map(String::as_str).collect();
        report.unknown(
            "unknown-relation",
            at,
            name,
            &format!("relation of `{id}`"),
            &known,
        );
    }
}

fn derived(
    domain: &Domain,
    id: &str,
    name: &str,
    derived: &Derived,
    at: &str,
    report: &mut Report,
) {
    let entity = &domain.entities[id];
    let exprs: [(&str, &Option<Expr>); 4] = [
        ("sum", &derived.sum),
        ("exists", &derived.exists),
        ("lookup", &derived.lookup),
        ("value", &derived.value),
    ];
    let ways = usize::from(derived.count.is_some())
        + usize::from(derived.slug.is_some())
        + usize::from(derived.fold.is_some())
        + exprs.iter().filter(|(_, e)| e.is_some()).count();
    if ways != 1 {
        report.add(
            Finding::new(
                "ambiguous-derived",
                Severity::Blocker,
                at,
                format!("`{name}` says in {ways} ways how it is computed; it must be one"),
            )
            .why("Which of them holds cannot be known.")
            .remedy("Keep one of count, sum, exists, lookup, slug, value and fold."),
        );
    }
    let scope = Scope::of_row(domain, id);
    for (key, expr) in exprs {
        if let Some(expr) = expr {
            scope.check(expr, &format!("{at}.{key}"), report);
        }
    }
    if let Some(count) = &derived.count {
        let first = count.split('.').next().unwrap_or(count);
        relation(entity, id, first, format!("{at}.count"), report);
    }
    if let Some(slug) = &derived.slug {
        one(domain, id, slug, format!("{at}.slug"), report);
    }
    // The rows that are counted or summed are those of the first relation on the way.
    let over = derived
        .count
        .clone()
        .or_else(|| derived.fold.as_ref().map(|f| f.over.clone()))
        .or_else(|| {
            let expr = derived.sum.as_ref().or(derived.exists.as_ref());
            Some(
                expr.or(derived.lookup.as_ref())?
                    .paths()
                    .first()?
                    .first()?
                    .clone(),
            )
        });
    let linked = over
        .as_deref()
        .and_then(|over| over.split('.').next())
        .and_then(|over| entity.relations.get(over))
        .map(|link| &*link.to);
    let inner = linked.map_or_else(|| scope.clone(), |linked| scope.nearer(linked));
    if let Some(filter) = &derived.filter {
        inner.check(filter, &format!("{at}.where"), report);
    }
    if let Some(fold) = &derived.fold {
        relation(entity, id, &fold.over, format!("{at}.fold.over"), report);
        for (i, rule) in fold.rules.iter().enumerate() {
            let at = index(&format!("{at}.fold.rules"), i);
            inner.check(&rule.when, &format!("{at}.when"), report);
            // A bare word is a value here, not a name.
            if !matches!(&rule.gives.node, Node::Path(path) if path.len() == 1) {
                inner.check(&rule.gives, &format!("{at}.gives"), report);
            }
        }
    }
}

fn state(machine: Option<&Machine>, word: &str, at: String, entity: &str, report: &mut Report) {
    let states = machine.map(|m| m.states.keys().map(String::as_str).collect::<Vec<_>>());
    let states = states.unwrap_or_default();
    if !states.contains(&word) {
        report.unknown(
            "unknown-state",
            at,
            word,
            &format!("state of `{entity}`"),
            &states,
        );
    }
}

fn machine(
    domain: &Domain,
    id: &str,
    entity: &Entity,
    machine: &Machine,
    at: &str,
    report: &mut Report,
) {
    match entity.fields.get(&machine.field) {
        None => {
            let known: Vec<&str> = entity.fields.keys().map(String::as_str).collect();
            let what = format!("field of `{id}`");
            let place = format!("{at}.field");
            report.unknown("unknown-field", place, &machine.field, &what, &known);
        }
        Some(field) if field.kind == FieldType::Enum && !field.values.is_empty() => {
            let values: Vec<&str> = field.values.iter().map(String::as_str).collect();
            for name in machine
                .states
                .keys()
                .filter(|s| !values.contains(&s.as_str()))
            {
                let what = format!(
                    "value of the enum `{}`, which holds the state",
                    machine.field
                );
                let place = join(&format!("{at}.states"), name);
                report.unknown("unknown-state", place, name, &what, &values);
            }
        }
        Some(_) => {}
    }
    let some = Some(machine);
    state(some, &machine.initial, format!("{at}.initial"), id, report);
    for (name, one) in &machine.states {
        let at = format!("{}.immutable", join(&format!("{at}.states"), name));
        names(domain, id, &one.immutable, &at, report);
    }
    for (name, transition) in &machine.transitions {
        let at = join(&format!("{at}.transitions"), name);
        for (i, from) in transition.from.iter().enumerate() {
            state(some, from, index(&format!("{at}.from"), i), id, report);
        }
        state(some, &transition.to, format!("{at}.to"), id, report);
        let scope = Scope::of_row(domain, id);
        if let Some(guard) = &transition.guard {
            scope.check(guard, &format!("{at}.guard"), report);
        }
        let place = Place {
            target: Some(id),
            at: format!("{at}.effects"),
        };
        effects::check(&transition.effects, &place, scope, report);
    }
}

/// Entities that are parts of each other: none could be created first.
fn ownership(domain: &Domain, report: &mut Report) {
    let mut reported: BTreeSet<String> = BTreeSet::new();
    for start in domain.entities.keys() {
        let mut way: Vec<(&str, &str)> = Vec::new();
        if owns(domain, start, start, &mut way, &mut BTreeSet::new()) {
            let members: BTreeSet<&str> = way.iter().map(|(entity, _)| *entity).collect();
            if !reported.insert(members.into_iter().collect::<Vec<_>>().join(" ")) {
                continue;
            }
            let shown: Vec<&str> = way
                .iter()
                .map(|(e, _)| *e)
                .chain([start.as_str()])
                .collect();
            let relation = way.first().map_or("", |(_, relation)| relation);
            let at = join(
                &join(&join("domain.entities", start), "relations"),
                relation,
            );
            report.add(
                Finding::new(
                    "ownership-cycle",
                    Severity::Blocker,
                    at,
                    format!("entities are parts of each other: {}", shown.join(" -> ")),
                )
                .why("A part is created and deleted with its whole, so none of these could be first or last.")
                .remedy("Take `parts` from one of the relations."),
            );
        }
    }
}

fn owns<'d>(
    domain: &'d Domain,
    from: &'d str,
    goal: &str,
    way: &mut Vec<(&'d str, &'d str)>,
    seen: &mut BTreeSet<&'d str>,
) -> bool {
    if !seen.insert(from) {
        return false;
    }
    let Some(entity) = domain.entities.get(from) else {
        return false;
    };
    // A tree of rows of one entity is no cycle of entities.
    for (name, link) in entity
        .relations
        .iter()
        .filter(|(_, l)| l.parts && *l.to != *from)
    {
        way.push((from, name));
        if *link.to == *goal || owns(domain, &link.to, goal, way, seen) {
            return true;
        }
        way.pop();
    }
    false
}

fn views(domain: &Domain, report: &mut Report) {
    for (id, view) in &domain.views {
        let at = join("domain.views", id);
        names(
            domain,
            &view.entity,
            &view.fields,
            &format!("{at}.fields"),
            report,
        );
        let Some(entity) = domain.entities.get(&*view.entity) else {
            continue;
        };
        for (name, inner) in &view.include {
            let place = join(&format!("{at}.include"), name);
            match entity.relations.get(name) {
                None => relation(entity, &view.entity, name, place, report),
                Some(link) => {
                    if let Some(shown) = domain.views.get(&**inner)
                        && shown.entity != link.to
                    {
                        let message = format!(
                            "`{name}` leads to `{}`, and the view `{inner}` shows `{}`",
                            link.to, shown.entity
                        );
                        let known = domain.views.iter().filter(|(_, v)| v.entity == link.to);
                        let known = syntax::suggest::list(known.map(|(id, _)| id.as_str()));
                        report.add(
                            Finding::new("wrong-view", Severity::Blocker, place, message)
                                .why("The rows have none of the fields that the view shows.")
                                .remedy(format!("Views of `{}`: {known}.", link.to)),
                        );
                    }
                }
            }
        }
    }
}

/// A policy must hold for the rows of every operation and transition that names it.
fn policies(domain: &Domain, report: &mut Report) {
    for (id, policy) in &domain.policies {
        let mut targets: Vec<&str> = Vec::new();
        for operation in domain.operations.values() {
            if let Some(target) = &operation.target
                && operation.policies.iter().any(|p| **p == **id)
                && !targets.contains(&&**target)
            {
                targets.push(target);
            }
        }
        for (entity, one) in &domain.entities {
            let transitions = one.machine.iter().flat_map(|m| m.transitions.values());
            let used = transitions
                .into_iter()
                .any(|t| t.policy.as_ref().is_some_and(|p| **p == **id));
            if used && !targets.contains(&entity.as_str()) {
                targets.push(entity);
            }
        }
        let at = format!("{}.allow", join("domain.policies", id));
        let mut scope = Scope::of_row(domain, "");
        scope.principals = accounts(domain, None);
        if targets.is_empty() {
            scope.rows.clear();
            scope.check(&policy.allow, &at, report);
        }
        for target in targets {
            scope.rows = vec![target.into()];
            scope.check(&policy.allow, &at, report);
        }
    }
}

fn events(domain: &Domain, report: &mut Report) {
    for (id, event) in &domain.events {
        let at = join("domain.events", id);
        fields(&event.fields, &format!("{at}.fields"), report);
        if let Some(of) = &event.of {
            names(domain, of, &event.payload, &format!("{at}.payload"), report);
        }
        if let Some(by) = &event.ordered_by {
            let own = event.fields.contains_key(by) || event.payload.contains(by);
            match &event.of {
                _ if own => {}
                Some(of) => one(domain, of, by, format!("{at}.ordered_by"), report),
                None => {
                    let known: Vec<&str> = event.fields.keys().map(String::as_str).collect();
                    let what = format!("field of the event `{id}`");
                    report.unknown(
                        "unknown-field",
                        format!("{at}.ordered_by"),
                        by,
                        &what,
                        &known,
                    );
                }
            }
        }
    }
}
