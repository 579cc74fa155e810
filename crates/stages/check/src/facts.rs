//! What rules ask of a system: who calls whom along each path, what an element is, what is known
//! of its technology. Pure queries, worked out once for a whole check.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use evaluate::Evaluation;
use knowledge::{Capability, Technology};
use model::{
    Architecture, Brief, Component, ComponentKind, Contract, DataClass, Domain, Entity, Exposure,
    Mode, Operation, Path, Port, Relation, Step, System, Table, Trigger, Work,
};

use crate::Context;
use crate::prose::Paths;

/// A path with the way its steps call each other.
pub(crate) struct Run<'a> {
    /// Id of the path and of the operation.
    pub id: &'a str,
    pub path: &'a Path,
    /// The operation of the brief, where there is one of that id.
    pub operation: Option<&'a Operation>,
    pub visits: Vec<Visit<'a>>,
}

/// One step and how the request got there.
pub(crate) struct Visit<'a> {
    pub index: usize,
    pub step: &'a Step,
    /// The component that called; the component itself for work inside it.
    pub caller: Option<&'a str>,
    pub relation: Option<(&'a str, &'a Relation)>,
    /// The visit at which the caller was entered.
    pub parent: Option<usize>,
    /// The one who started the operation waits for it.
    pub waited: bool,
}

pub(crate) struct Facts<'a> {
    pub system: &'a System,
    pub brief: &'a Brief,
    pub arch: &'a Architecture,
    pub domain: &'a Domain,
    pub evaluation: Option<&'a Evaluation>,
    pub runs: Vec<Run<'a>>,
    technologies: BTreeMap<&'a str, &'a Technology>,
    /// Relations by `from`, in the order of the file.
    outgoing: BTreeMap<&'a str, Vec<(&'a str, &'a Relation)>>,
    incoming: BTreeMap<&'a str, Vec<(&'a str, &'a Relation)>>,
    used_by: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Indices into `runs` and their visits, by table.
    on_table: BTreeMap<&'a str, Vec<(usize, usize)>>,
    paths: OnceCell<Paths>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(cx: &Context<'a>) -> Self {
        let arch = &cx.system.architecture;
        let mut outgoing: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        let mut incoming: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (id, relation) in &arch.relations {
            outgoing
                .entry(&relation.from)
                .or_default()
                .push((id.as_str(), relation));
            incoming
                .entry(&relation.to)
                .or_default()
                .push((id.as_str(), relation));
        }
        let mut named: BTreeMap<&str, Option<&Technology>> = BTreeMap::new();
        let mut technologies = BTreeMap::new();
        for (id, component) in &arch.components {
            if let Some(name) = &component.technology {
                let found = *named
                    .entry(name)
                    .or_insert_with(|| cx.knowledge.technology(name));
                if let Some(technology) = found {
                    technologies.insert(id.as_str(), technology);
                }
            }
        }
        let mut facts = Facts {
            system: cx.system,
            brief: &cx.system.brief,
            arch,
            domain: &cx.system.brief.domain,
            evaluation: cx.evaluation,
            runs: Vec::new(),
            technologies,
            outgoing,
            incoming,
            used_by: BTreeMap::new(),
            on_table: BTreeMap::new(),
            paths: OnceCell::new(),
        };
        facts.runs = arch
            .paths
            .iter()
            .map(|(id, path)| Run {
                id,
                path,
                operation: facts.domain.operations.get(id),
                visits: facts.walk(path),
            })
            .collect();
        for (at, run) in facts.runs.iter().enumerate() {
            for visit in &run.visits {
                if let Some(table) = &visit.step.table {
                    let steps = facts.on_table.entry(table).or_default();
                    steps.push((at, visit.index));
                }
                if let Some((relation, _)) = visit.relation {
                    facts.used_by.entry(relation).or_default().insert(run.id);
                }
            }
        }
        for (id, relation) in &arch.relations {
            for operation in &relation.operations {
                facts.used_by.entry(id).or_default().insert(operation);
            }
        }
        facts
    }

    /// Steps are written in the order of the work. A step belongs to the innermost runtime already
    /// entered that has a relation to its component; runtimes beyond it have answered by then.
    fn walk(&self, path: &'a Path) -> Vec<Visit<'a>> {
        let mut visits: Vec<Visit<'a>> = Vec::with_capacity(path.steps.len());
        let mut open: Vec<(&str, usize)> = Vec::new();
        for (index, step) in path.steps.iter().enumerate() {
            let on: &str = &step.on;
            let enters = self.kind(on).is_some_and(runs_code);
            let mut visit = Visit {
                index,
                step,
                caller: None,
                relation: None,
                parent: None,
                waited: !step.background,
            };
            let via = step.via.as_ref().and_then(|via| {
                let (id, relation) = self.arch.relations.get_key_value(&**via)?;
                Some((id.as_str(), relation))
            });
            let inside = open.iter().rposition(|(id, _)| *id == on);
            if let Some((id, relation)) = via {
                visit.caller = Some(&relation.from);
                visit.relation = Some((id, relation));
                if let Some(at) = open.iter().rposition(|(id, _)| relation.from == **id) {
                    visit.parent = Some(open[at].1);
                    open.truncate(at + 1);
                } else {
                    visit.parent = last_on(&visits, &relation.from);
                    open.clear();
                }
            } else if let Some(at) = inside {
                visit.caller = Some(on);
                visit.parent = Some(open[at].1);
                visit.waited &= visits[open[at].1].waited;
                open.truncate(at + 1);
                visits.push(visit);
                continue;
            } else if let Some((at, relations)) =
                open.iter().enumerate().rev().find_map(|(at, f)| {
                    let relations = self.between(f.0, on);
                    (!relations.is_empty()).then_some((at, relations))
                })
            {
                visit.caller = Some(open[at].0);
                visit.parent = Some(open[at].1);
                visit.relation = (relations.len() == 1).then(|| relations[0]);
                open.truncate(at + 1);
            } else if let Some((broker, relation)) = self.handed_over(&visits, on) {
                visit.caller = Some(&visits[broker].step.on);
                visit.parent = Some(broker);
                visit.relation = Some(relation);
                visit.waited = false;
                open.clear();
            } else {
                open.clear();
            }
            if let Some(parent) = visit.parent {
                visit.waited &= visits[parent].waited;
            }
            if visit.relation.is_some_and(|(_, r)| r.mode == Mode::Async) && enters {
                visit.waited = false;
            }
            if enters {
                open.push((on, index));
            }
            visits.push(visit);
        }
        visits
    }

    /// The broker or queue, visited before, from which `on` takes its work.
    fn handed_over(
        &self,
        visits: &[Visit<'a>],
        on: &str,
    ) -> Option<(usize, (&'a str, &'a Relation))> {
        visits.iter().rev().find_map(|visit| {
            let between = self.between(&visit.step.on, on);
            let from = if self.kind(&visit.step.on) == Some(ComponentKind::Broker) {
                self.between(on, &visit.step.on)
            } else {
                Vec::new()
            };
            let relation = between.first().or(from.first())?;
            Some((visit.index, *relation))
        })
    }

    pub(crate) fn kind(&self, component: &str) -> Option<ComponentKind> {
        Some(self.component(component)?.kind)
    }

    pub(crate) fn component(&self, id: &str) -> Option<&'a Component> {
        self.arch.components.get(id)
    }

    pub(crate) fn relations_from(&self, id: &str) -> &[(&'a str, &'a Relation)] {
        self.outgoing.get(id).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn relations_to(&self, id: &str) -> &[(&'a str, &'a Relation)] {
        self.incoming.get(id).map_or(&[], Vec::as_slice)
    }

    fn between(&self, from: &str, to: &str) -> Vec<(&'a str, &'a Relation)> {
        let out = self.relations_from(from).iter();
        out.filter(|(_, r)| r.to == *to).copied().collect()
    }

    /// The technology of a component, where it is known.
    pub(crate) fn technology(&self, component: &str) -> Option<&'a Technology> {
        self.technologies.get(component).copied()
    }

    pub(crate) fn has(&self, component: &str, capability: Capability) -> bool {
        self.technology(component)
            .is_some_and(|t| t.has(capability))
    }

    /// Code of ours runs there.
    pub(crate) fn is_runtime(&self, component: &str) -> bool {
        self.kind(component).is_some_and(|kind| {
            matches!(
                kind,
                ComponentKind::Service
                    | ComponentKind::Worker
                    | ComponentKind::Scheduler
                    | ComponentKind::Program
            )
        })
    }

    /// The call stays in one process or machine, so that it cannot fail on its own.
    pub(crate) fn is_local(&self, relation: &Relation) -> bool {
        let with = |id: &str| self.component(id).and_then(|c| c.runs_in.as_deref());
        relation.encryption == Some(model::Encryption::Local)
            || self.has(&relation.to, Capability::Embedded)
            || with(&relation.from) == Some(&relation.to)
            || with(&relation.to) == Some(&relation.from)
            || with(&relation.from).is_some() && with(&relation.from) == with(&relation.to)
    }

    /// Our code waits over a network for something else.
    pub(crate) fn is_remote_call(&self, relation: &Relation) -> bool {
        relation.mode == Mode::Sync
            && self.is_runtime(&relation.from)
            && self
                .kind(&relation.to)
                .is_some_and(|kind| kind != ComponentKind::Client)
            && !self.is_local(relation)
    }

    /// The operations that go over a relation: those of the paths, and those it names.
    pub(crate) fn operations_over(&self, relation: &str) -> impl Iterator<Item = &'a str> + '_ {
        self.used_by.get(relation).into_iter().flatten().copied()
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&'a Operation> {
        self.domain.operations.get(id)
    }

    /// The port that an external component stands for: of the same id, or the one it comes from.
    pub(crate) fn port(&self, component: &str) -> Option<(&'a str, &'a Port)> {
        let external = self.component(component)?;
        if external.kind != ComponentKind::External {
            return None;
        }
        let from = external.about.from.as_deref().unwrap_or_default();
        let named = from.strip_prefix("ports.").unwrap_or(from);
        let ports = &self.domain.ports;
        ports
            .get_key_value(component)
            .or_else(|| ports.get_key_value(named))
            .map(|(id, port)| (id.as_str(), port))
    }

    pub(crate) fn entity_of(&self, table: &Table) -> Option<&'a Entity> {
        self.domain.entities.get(&**table.entity.as_ref()?)
    }

    /// The classes that a table holds, by its columns and its entity's fields.
    pub(crate) fn classes_of(&self, table: &Table) -> BTreeSet<DataClass> {
        let columns = table.columns.values().filter_map(|c| c.class);
        let entity = self.entity_of(table);
        let fields = entity.into_iter().flat_map(|e| e.fields.values());
        columns.chain(fields.filter_map(|f| f.class)).collect()
    }

    /// The most sensitive of them.
    pub(crate) fn class_of(&self, table: &Table) -> Option<DataClass> {
        self.classes_of(table).pop_last()
    }

    /// Tables that a store holds.
    pub(crate) fn tables_in<'s>(
        &'s self,
        store: &'s str,
    ) -> impl Iterator<Item = (&'a str, &'a Table)> + 's {
        self.arch
            .data
            .iter()
            .filter(move |(_, table)| table.store == *store)
            .map(|(id, table)| (id.as_str(), table))
    }

    pub(crate) fn table_of(&self, step: &Step) -> Option<(&'a str, &'a Table)> {
        let (id, table) = self.arch.data.get_key_value(&**step.table.as_ref()?)?;
        Some((id, table))
    }

    /// Every step of every path that works on a table.
    pub(crate) fn steps_on(&self, table: &str) -> Vec<(&Run<'a>, &Visit<'a>)> {
        let at = self.on_table.get(table).into_iter().flatten();
        at.map(|(run, visit)| (&self.runs[*run], &self.runs[*run].visits[*visit]))
            .collect()
    }

    /// Some path publishes from `component` to `broker`.
    pub(crate) fn publishes(&self, component: &str, broker: &str) -> bool {
        self.runs.iter().flat_map(|r| &r.visits).any(|v| {
            v.step.work == Work::Publish && v.step.on == *broker && v.caller == Some(component)
        })
    }

    /// The internet can reach it: it says so, or a client reaches it through what does.
    pub(crate) fn is_public(&self, component: &str) -> bool {
        let exposed = |id: &str| {
            self.component(id)
                .is_some_and(|c| c.exposure == Some(Exposure::Public))
        };
        let through = |id: &str| {
            matches!(
                self.kind(id),
                Some(ComponentKind::Gateway | ComponentKind::LoadBalancer | ComponentKind::Cdn)
            ) && exposed(id)
        };
        exposed(component)
            || self
                .relations_to(component)
                .iter()
                .any(|(_, r)| through(&r.from))
    }

    /// The operations that a contract offers: those it names, or those of the component's contexts.
    pub(crate) fn offered(&self, contract: &'a Contract) -> Vec<&'a str> {
        if !contract.operations.is_empty() {
            return contract.operations.iter().map(|o| &**o).collect();
        }
        let contexts = self
            .component(&contract.component)
            .map_or(&[][..], |c| c.contexts.as_slice());
        if contexts.is_empty() {
            return self.domain.operations.keys().map(String::as_str).collect();
        }
        contexts
            .iter()
            .filter_map(|id| self.arch.contexts.get(&**id))
            .flat_map(|context| context.operations.iter().map(|o| &**o))
            .collect()
    }

    /// Rows on the first day, from the table or its entity.
    pub(crate) fn rows_of(&self, table: &Table) -> Option<f64> {
        let volume = self.entity_of(table).and_then(|e| e.volume.as_ref());
        table
            .rows
            .or_else(|| volume.and_then(|v| v.rows))
            .map(|count| count.0)
    }

    fn paths(&self) -> &Paths {
        self.paths.get_or_init(|| Paths::new(self.system))
    }

    /// The model path leads somewhere.
    pub(crate) fn resolves(&self, path: &str) -> bool {
        self.paths().leads(path)
    }

    /// Every text of the architecture that refers to the model, with its path.
    pub(crate) fn prose(&self) -> Vec<(String, &'a str)> {
        crate::prose::prose(self.arch)
    }

    /// Some operation, component, relation, table, entity or context has this id.
    pub(crate) fn is_element(&self, id: &str) -> bool {
        self.domain.operations.contains_key(id)
            || self.domain.entities.contains_key(id)
            || self.arch.components.contains_key(id)
            || self.arch.relations.contains_key(id)
            || self.arch.data.contains_key(id)
            || self.arch.contexts.contains_key(id)
    }

    /// The highest rate over seconds at which an operation runs.
    pub(crate) fn peak(&self, operation: &str) -> Option<f64> {
        let rate = self
            .brief
            .peak_rate(operation, self.operation(operation)?)?;
        Some(rate.0)
    }

    /// Steps on a component per second at the peak; `None` where the rate of an operation that
    /// uses it is not said.
    pub(crate) fn peak_on(&self, component: &str) -> Option<f64> {
        let mut total = 0.0;
        for run in &self.runs {
            let steps = run.visits.iter().filter(|v| v.step.on == *component);
            let each: f64 = steps.map(|v| times(v.step)).sum();
            if each > 0.0 {
                total += each * self.peak(run.id)?;
            }
        }
        Some(total)
    }
}

/// How often a step happens in a mean run.
pub(crate) fn times(step: &Step) -> f64 {
    step.times.unwrap_or(1.0) * step.probability.map_or(1.0, |p| p.0)
}

fn runs_code(kind: ComponentKind) -> bool {
    !matches!(
        kind,
        ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::ObjectStore
            | ComponentKind::Search
            | ComponentKind::IdentityProvider
            | ComponentKind::External
    )
}

fn last_on(visits: &[Visit<'_>], component: &str) -> Option<usize> {
    visits.iter().rposition(|v| v.step.on == *component)
}

impl<'a> Run<'a> {
    /// The calls from the outermost to this visit, this one last.
    pub(crate) fn chain(&self, visit: usize) -> Vec<&Visit<'a>> {
        let mut chain = vec![&self.visits[visit]];
        let mut at = self.visits[visit].parent;
        while let Some(index) = at {
            let next = &self.visits[index];
            chain.push(next);
            at = next.parent;
        }
        chain.reverse();
        chain
    }

    /// The visits below this one: what happens before it has answered.
    pub(crate) fn below(&self, visit: usize) -> impl Iterator<Item = &Visit<'a>> {
        let mut inside = BTreeSet::from([visit]);
        self.visits[visit + 1..].iter().filter(move |v| {
            let is = v.parent.is_some_and(|p| inside.contains(&p));
            if is {
                inside.insert(v.index);
            }
            is
        })
    }

    /// The caller cannot be answered rightly without this step: it is waited for, and no call on the
    /// way to it has a fallback.
    pub(crate) fn is_needed(&self, visit: &Visit<'a>) -> bool {
        let falls_back = |v: &&Visit<'a>| v.relation.is_some_and(|(_, r)| r.fallback.is_some());
        visit.waited && !self.chain(visit.index).iter().any(falls_back)
    }

    /// Some step on the component is needed.
    pub(crate) fn needs(&self, component: &str) -> bool {
        self.visits
            .iter()
            .any(|v| v.step.on == *component && self.is_needed(v))
    }

    /// The clock or an event starts it, so that nobody waits for its answer.
    pub(crate) fn runs_by_itself(&self) -> bool {
        self.operation
            .is_some_and(|o| matches!(o.trigger, Trigger::Every(_) | Trigger::Event(_)))
    }

    /// Model path of a step.
    pub(crate) fn place(&self, index: usize) -> String {
        format!("paths.{}.steps[{index}]", self.id)
    }
}

/// `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A whole number without decimals, others with at most two.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A share as per cent, exact enough to tell 99.95 % from 99.99 %.
pub(crate) fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

/// The strongly connected groups of more than one, or with an edge to themselves; members and
/// groups in the order in which the edges name them.
pub(crate) fn cycles<'a>(edges: &[(&'a str, &'a str)]) -> Vec<Vec<&'a str>> {
    let mut graph = petgraph::graph::DiGraph::<&str, ()>::new();
    let mut nodes = BTreeMap::new();
    for (from, to) in edges {
        let mut node = |id: &'a str| *nodes.entry(id).or_insert_with(|| graph.add_node(id));
        let (from, to) = (node(from), node(to));
        graph.update_edge(from, to, ());
    }
    let mut found: Vec<Vec<_>> = petgraph::algo::tarjan_scc(&graph)
        .into_iter()
        .filter(|group| group.len() > 1 || graph.contains_edge(group[0], group[0]))
        .collect();
    found.iter_mut().for_each(|group| group.sort());
    found.sort();
    found
        .into_iter()
        .map(|group| group.into_iter().map(|n| graph[n]).collect())
        .collect()
}

/// The path of an expression means this field of the row at hand.
pub(crate) fn is_field(path: &[String], field: &str) -> bool {
    match path {
        [one] => one == field,
        [root, one] => matches!(root.as_str(), "row" | "old") && one == field,
        _ => false,
    }
}
