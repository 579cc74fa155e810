//! Which task needs which, each with its reason.

use model::{
    ComponentKind, Domain, Effect, Machine, Mode, Operation, Privilege, System, Trigger, Work,
};
use synthesis::contexts::entity_of;

use super::lookup::{self, Placed};
use super::order::Edge;
use super::subject::{Subject, Task, foreign, stores};
use crate::words;

/// The needs of every task, by its index.
pub fn edges(system: &System, tasks: &[Task<'_>]) -> Vec<Vec<Edge>> {
    let finder = Finder { system, tasks };
    (0..tasks.len()).map(|at| finder.of(at)).collect()
}

struct Finder<'a> {
    system: &'a System,
    tasks: &'a [Task<'a>],
}

/// The needs of one task, each other task once with all its reasons.
struct Found {
    task: usize,
    edges: Vec<(usize, Vec<String>)>,
    /// Tables, by the store that holds them; told together.
    tables: Vec<(usize, Vec<String>)>,
}

impl Found {
    fn add(&mut self, on: Option<usize>, why: impl Into<String>) {
        let Some(on) = on.filter(|on| *on != self.task) else {
            return;
        };
        let why = why.into();
        match self.edges.iter_mut().find(|(other, _)| *other == on) {
            Some((_, reasons)) if reasons.contains(&why) => {}
            Some((_, reasons)) => reasons.push(why),
            None => self.edges.push((on, vec![why])),
        }
    }

    fn holds(&mut self, on: Option<usize>, table: &str) {
        let Some(on) = on.filter(|on| *on != self.task) else {
            return;
        };
        let table = format!("`{table}`");
        match self.tables.iter_mut().find(|(other, _)| *other == on) {
            Some((_, all)) if all.contains(&table) => {}
            Some((_, all)) => all.push(table),
            None => self.tables.push((on, vec![table])),
        }
    }
}

impl<'a> Finder<'a> {
    fn of(&self, task: usize) -> Vec<Edge> {
        let mut found = Found {
            task,
            edges: Vec::new(),
            tables: Vec::new(),
        };
        match &self.tasks[task].subject {
            Subject::Store { id, .. } => self.store(id, &mut found),
            Subject::Client { .. } => {}
            Subject::Process { id, .. } => self.process(id, &mut found),
            Subject::Promise { pattern } => {
                self.promise(task, *pattern, &mut found);
                let adds = pattern.iter().flat_map(|(_, p)| &p.adds);
                let uses = self.tasks[task]
                    .mechanisms
                    .iter()
                    .flat_map(|(_, m)| &m.uses);
                for path in adds.chain(uses) {
                    self.consists_of(path, &mut found);
                }
                for (_, mechanism) in &self.tasks[task].mechanisms {
                    for component in &mechanism.components {
                        self.runs_on(component, &mut found);
                    }
                }
            }
            Subject::Operation { id, operation } => self.operation(id, operation, &mut found),
            Subject::Timer { entity, take } => self.timer(entity, take, &mut found),
        }
        for (on, tables) in std::mem::take(&mut found.tables) {
            found.add(Some(on), format!("holds {}", words::list(&tables)));
        }
        let edge = |(on, reasons): (usize, Vec<String>)| Edge {
            on,
            why: reasons.join("; "),
        };
        found.edges.into_iter().map(edge).collect()
    }

    /// Where the operations run that rely on it, and what holds the entities for whose sake it is there.
    fn promise(
        &self,
        task: usize,
        pattern: Option<(&str, &model::AppliedPattern)>,
        found: &mut Found,
    ) {
        let architecture = &self.system.architecture;
        for id in lookup::relied_on(self.system, pattern, &self.tasks[task].mechanisms) {
            let steps = architecture.paths.get(id).map(|p| &p.steps);
            for step in steps
                .into_iter()
                .flatten()
                .filter(|s| s.work == Work::Request)
            {
                let on = self.builds(&format!("components.{}", step.on));
                found.add(on, "runs the operations that rely on it");
            }
        }
        for path in pattern.iter().flat_map(|(_, p)| &p.because) {
            let mut parts = path.split('.').skip_while(|p| *p == "domain");
            let (Some("entities"), Some(entity)) = (parts.next(), parts.next()) else {
                continue;
            };
            for (table, t) in &architecture.data {
                if t.entity.as_ref().is_some_and(|e| **e == *entity) {
                    self.holds(table, found);
                }
            }
        }
    }

    /// The component of ours that makes the call of a step.
    fn caller(&self, step: &model::Step) -> Option<&'a str> {
        use ComponentKind as K;
        let relation = self
            .system
            .architecture
            .relations
            .get(&**step.via.as_ref()?)?;
        let from = self.system.component(&relation.from)?;
        let ours = matches!(
            from.kind,
            K::Service | K::Worker | K::Scheduler | K::Program
        );
        ours.then_some(&*relation.from)
    }

    fn builds(&self, path: &str) -> Option<usize> {
        let built = |t: &Task<'_>| t.builds.iter().any(|b| b == path);
        self.tasks.iter().position(built)
    }

    fn does(&self, operation: &str) -> Option<usize> {
        self.builds(&format!("domain.operations.{operation}"))
    }

    /// Tables that refer to tables of another store, and readers that copy one.
    fn store(&self, id: &str, found: &mut Found) {
        for relation in self.system.architecture.relations.values() {
            if relation.from == *id && stores_component(self.system, &relation.to) {
                let on = self.builds(&format!("components.{}", relation.to));
                found.add(on, format!("`{id}` takes its rows from it"));
            }
        }
    }

    fn process(&self, id: &str, found: &mut Found) {
        let architecture = &self.system.architecture;
        for relation in architecture.relations.values() {
            if relation.from != *id || relation.mode != Mode::Sync {
                continue;
            }
            let Some(to) = architecture.components.get(&*relation.to) else {
                continue;
            };
            if foreign(to.kind) || to.kind == ComponentKind::Client {
                continue;
            }
            let on = self.builds(&format!("components.{}", relation.to));
            found.add(on, format!("`{id}` calls it"));
        }
    }

    /// What a model path names must stand: a table's store, a component, a client.
    fn consists_of(&self, path: &str, found: &mut Found) {
        let mut parts = path.split('.');
        match (parts.next(), parts.next()) {
            (Some("data"), Some(table)) => self.holds(table, found),
            (Some("components"), Some(component)) => self.runs_on(component, found),
            (Some("relations"), Some(relation)) => {
                if let Some(r) = self.system.architecture.relations.get(relation) {
                    self.runs_on(&r.from, found);
                    self.runs_on(&r.to, found);
                }
            }
            _ => {}
        }
    }

    fn holds(&self, table: &str, found: &mut Found) {
        let on = self.builds(&format!("data.{table}"));
        found.holds(on, table);
    }

    fn runs_on(&self, component: &str, found: &mut Found) {
        let on = self.builds(&format!("components.{component}"));
        let kind = self.system.component(component).map(|c| c.kind);
        let why = match kind.is_some_and(stores) {
            true => "is part of it",
            false => "runs it",
        };
        found.add(on, why);
    }

    fn operation(&self, id: &str, operation: &Operation, found: &mut Found) {
        let system = self.system;
        let steps = system.architecture.paths.get(id).map(|p| &p.steps);
        for step in steps.into_iter().flatten() {
            let on = self.builds(&format!("components.{}", step.on));
            let Some(kind) = system.component(&step.on).map(|c| c.kind) else {
                continue;
            };
            if foreign(kind) || step.work == Work::External {
                found.add(on, "is called");
            } else if stores(kind) {
                match &step.table {
                    Some(table) => found.holds(on, table),
                    None if step.work == Work::Commit => {}
                    None => found.add(on, "is part of its path"),
                }
            } else if matches!(step.work, Work::Request | Work::Compute) {
                found.add(on, "runs it");
            }
            // A consumer has no step of its own where it runs: it is whoever talks to the store.
            if (!lookup::later(operation, step) || operation.deferred)
                && let Some(caller) = self.caller(step)
            {
                found.add(self.builds(&format!("components.{caller}")), "runs it");
            }
        }
        for (at, task) in self.tasks.iter().enumerate() {
            let Subject::Promise { pattern } = &task.subject else {
                continue;
            };
            if task.rank > self.tasks[found.task].rank {
                continue;
            }
            if lookup::relied_on(system, *pattern, &task.mechanisms).contains(&id) {
                found.add(Some(at), promised(system, task, id));
            }
        }
        let domain = &system.brief.domain;
        let effects = lookup::effects(domain, id, operation);
        self.rows(id, operation, &effects, found);
        self.states(id, &effects, found);
        if let Trigger::Event(event) = &operation.trigger {
            for (other, _) in emitters(domain, event) {
                found.add(self.does(other), format!("emits `{event}`"));
            }
            for (at, task) in self.tasks.iter().enumerate() {
                if let Subject::Timer { entity, take } = &task.subject
                    && lookup::transition_effects(domain, entity, take)
                        .iter()
                        .any(|(_, e)| emits(e, event))
                {
                    found.add(Some(at), format!("emits `{event}`"));
                }
            }
        }
        for (_, effect) in &effects {
            if let Effect::Call(call) = effect {
                let on = self.builds(&format!("domain.ports.{}", call.port));
                found.add(on, "is called");
            }
        }
    }

    /// Who makes rows that are changed; for what is only shown, the first who makes any.
    fn rows(&self, id: &str, operation: &Operation, effects: &[Placed<'_>], found: &mut Found) {
        let domain = &self.system.brief.domain;
        let makes = |entity: &str| {
            let makes =
                |e: &Placed<'_>| matches!(e.1, Effect::Create(_)) && entity_of(e.1) == Some(entity);
            effects.iter().any(makes)
        };
        for (_, effect) in effects.iter().filter(|(_, e)| lookup::changes(e)) {
            let Some(entity) = entity_of(effect).filter(|e| !makes(e)) else {
                continue;
            };
            for other in makers(domain, entity).filter(|o| *o != id) {
                found.add(self.does(other), format!("makes rows of {entity}"));
            }
        }
        if let Some(target) = operation.target.as_deref().filter(|t| !makes(t)) {
            let first = makers(domain, target).find(|o| *o != id);
            let on = first.and_then(|o| self.does(o));
            found.add(on, format!("makes rows of {target}"));
        }
    }

    /// Who puts a row into the state that it is taken out of.
    fn states(&self, id: &str, effects: &[Placed<'_>], found: &mut Found) {
        let domain = &self.system.brief.domain;
        for (_, effect) in effects {
            let Effect::Transition(take) = effect else {
                continue;
            };
            let machine = domain.entities.get(&*take.entity);
            let Some(machine) = machine.and_then(|e| e.machine.as_ref()) else {
                continue;
            };
            let Some(transition) = machine.transitions.get(&take.take) else {
                continue;
            };
            for state in transition.from.iter().filter(|s| **s != machine.initial) {
                let first = reaching(domain, &take.entity, machine, state).find(|o| *o != id);
                let on = first.and_then(|o| self.does(o));
                found.add(on, format!("makes the {} {state}", take.entity));
            }
        }
    }

    fn timer(&self, entity: &str, take: &str, found: &mut Found) {
        let domain = &self.system.brief.domain;
        let data = &self.system.architecture.data;
        let mut entities = vec![entity];
        let effects = lookup::transition_effects(domain, entity, take);
        entities.extend(effects.iter().filter_map(|(_, e)| entity_of(e)));
        for (table, t) in data {
            if t.entity.as_ref().is_some_and(|e| entities.contains(&&**e)) {
                self.holds(table, found);
            }
        }
        for other in makers(domain, entity) {
            found.add(self.does(other), format!("makes rows of {entity}"));
        }
        if effects.iter().any(|(_, e)| matches!(e, Effect::Emit(_))) {
            let outbox = |m: &model::Mechanism| m.kind == Some(model::MechanismKind::Outbox);
            for (at, task) in self.tasks.iter().enumerate() {
                if task.mechanisms.iter().any(|(_, m)| outbox(m)) {
                    found.add(Some(at), "hands on what it emits");
                }
            }
        }
        if let Some(worker) = worker(self.system, entity) {
            let on = self.builds(&format!("components.{worker}"));
            found.add(on, "runs it");
        }
    }
}

/// What a task promises to an operation, in the words of the model.
fn promised(system: &System, task: &Task<'_>, operation: &str) -> String {
    let names = |m: &&(&str, &model::Mechanism)| {
        lookup::named(system, m.1.uses.iter().chain(&m.1.protects)).contains(&operation)
    };
    let found = task.mechanisms.iter().find(names);
    let found = found.or_else(|| task.mechanisms.first());
    found.map_or("is relied on".into(), |(_, m)| {
        m.promise.trim().trim_end_matches('.').to_string()
    })
}

fn stores_component(system: &System, id: &str) -> bool {
    system.component(id).is_some_and(|c| stores(c.kind))
}

/// Operations that make rows of an entity, in the order of the model.
pub fn makers<'a>(domain: &'a Domain, entity: &str) -> impl Iterator<Item = &'a str> {
    domain
        .operations
        .iter()
        .filter(move |(id, o)| {
            lookup::effects(domain, id, o)
                .iter()
                .any(|(_, e)| matches!(e, Effect::Create(_)) && entity_of(e) == Some(entity))
        })
        .map(|(id, _)| id.as_str())
}

fn emits(effect: &Effect, event: &str) -> bool {
    matches!(effect, Effect::Emit(emit) if *emit.event == *event)
}

/// Operations that emit an event, with the path of the effect.
pub fn emitters<'a>(domain: &'a Domain, event: &str) -> Vec<(&'a str, String)> {
    let mut all = Vec::new();
    for (id, operation) in &domain.operations {
        let effects = lookup::effects(domain, id, operation);
        if let Some((path, _)) = effects.iter().find(|(_, e)| emits(e, event)) {
            all.push((id.as_str(), path.clone()));
        }
    }
    all
}

/// Operations that take a transition into the state.
fn reaching<'a>(
    domain: &'a Domain,
    entity: &str,
    machine: &Machine,
    state: &str,
) -> impl Iterator<Item = &'a str> {
    domain
        .operations
        .iter()
        .filter(move |(_, o)| {
            o.effects.iter().any(|e| match e {
                Effect::Transition(t) if *t.entity == *entity => {
                    let taken = machine.transitions.get(&t.take);
                    taken.is_some_and(|t| t.to == *state)
                }
                _ => false,
            })
        })
        .map(|(id, _)| id.as_str())
}

/// The worker that may change the entity's table, where exactly one may.
pub fn worker<'a>(system: &'a System, entity: &str) -> Option<&'a str> {
    let architecture = &system.architecture;
    let table = architecture
        .data
        .iter()
        .find(|(_, t)| t.entity.as_ref().is_some_and(|e| **e == *entity))?
        .0;
    let may = |component: &str| {
        let identities = architecture.security.identities.values();
        identities
            .filter(|i| i.component.as_ref().is_some_and(|c| **c == *component))
            .flat_map(|i| &i.roles)
            .filter_map(|r| architecture.security.roles.get(&**r))
            .flat_map(|r| &r.tables)
            .any(|g| *g.table == *table && g.may.contains(&Privilege::Update))
    };
    let mut workers = architecture.components.iter().filter(|(id, c)| {
        matches!(c.kind, ComponentKind::Worker | ComponentKind::Scheduler) && may(id)
    });
    let first = workers.next()?;
    workers.next().is_none().then_some(first.0.as_str())
}
