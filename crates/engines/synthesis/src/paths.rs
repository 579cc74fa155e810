//! The way of every operation through the components, step by step, in the order it happens.

use model::{
    Acknowledge, Architecture, Brief, ComponentKind, Idempotency, Operation, Path, Ratio, Step,
    Transaction, Trigger, Work,
};

use crate::access::{self, Access, Act, Run};
use crate::choices::{Choices, Messaging};
use crate::components::{BROKER, CACHE, Placement, READERS, SEARCH, endpoint_of, engine};
use crate::needs::in_background;
use crate::relations;
use crate::schema::{FILES, STORE};
use crate::support_tables::{IDEMPOTENCY_KEYS, JOBS, OUTBOX};

/// Adds a path for every operation, and the relations its steps need.
pub fn lead(
    brief: &Brief,
    choices: &Choices,
    placement: &Placement,
    runs: &[Run],
    architecture: &mut Architecture,
) {
    for run in runs {
        let Some(operation) = brief.domain.operations.get(&run.operation) else {
            continue;
        };
        let Some(home) = placement.home.get(&run.operation) else {
            continue;
        };
        let mut guide = Guide {
            brief,
            choices,
            placement,
            architecture,
            steps: Vec::new(),
            at: home.clone(),
            home: home.clone(),
            background: false,
            calls: 0.0,
            external_call: false,
        };
        let path = guide.path(operation, run);
        architecture.paths.insert(run.operation.clone(), path);
    }
}

/// Argon2id with 19 MiB, two passes and one lane, the least that OWASP's Password Storage Cheat Sheet
/// recommends: 19 ms of processor time, median of 15 (argon2-cffi 25, one core of an AMD EPYC at
/// 2.6 GHz, 2026-11-21).
const PASSWORD_HASH: model::Duration = model::Duration::from_ms(19.0);

struct Guide<'a> {
    brief: &'a Brief,
    choices: &'a Choices,
    placement: &'a Placement,
    architecture: &'a mut Architecture,
    steps: Vec<Step>,
    /// The component whose code runs.
    at: String,
    home: String,
    background: bool,
    /// Outgoing calls of `at` so far, each of which costs its runtime something.
    calls: f64,
    external_call: bool,
}

fn unless_one(n: f64) -> Option<f64> {
    ((n - 1.0).abs() > 1e-9).then_some(n)
}

impl Guide<'_> {
    fn has(&self, component: &str) -> bool {
        self.architecture.components.contains_key(component)
    }

    /// Adds a step at another component, with the relation that leads there.
    fn go(&mut self, mut next: Step) {
        let (from, to) = (self.at.clone(), next.on.0.clone());
        if from != to {
            let (brief, placement) = (self.brief, self.placement);
            relations::ensure(
                brief,
                placement,
                self.architecture,
                &from,
                &to,
                self.background,
            );
            let id = relations::id(&from, &to);
            if self.architecture.relations.contains_key(&id) {
                next.via = Some(id.as_str().into());
            }
            let in_process = self
                .architecture
                .components
                .get(&to)
                .is_some_and(|c| c.runs_in.is_some());
            if !in_process {
                self.calls += next.times.unwrap_or(1.0) * next.probability.map_or(1.0, |p| p.0);
            }
        }
        next.background = self.background;
        self.steps.push(next);
    }

    /// What the runtime itself spends on its outgoing calls, where it has a fact about them.
    fn settle_calls(&mut self) {
        if self.calls > 0.0 {
            let mut call = Step::of(&self.at, Work::Call);
            call.times = unless_one((self.calls * 100.0).round() / 100.0);
            call.background = self.background;
            self.steps.push(call);
            self.calls = 0.0;
        }
    }

    fn path(&mut self, operation: &Operation, run: &Run) -> Path {
        let remote = self
            .architecture
            .components
            .get(&self.home)
            .is_some_and(|c| c.kind != ComponentKind::Program);
        if in_background(operation) {
            self.background = true;
            self.start_in_background(operation);
        } else if remote {
            if let Some(edge) = self.placement.edge.clone() {
                let mut proxied = Step::of(&edge, Work::Proxy);
                let caller = operation.actors.first().map(|a| a.0.clone());
                proxied.via = caller
                    .map(|c| relations::id(&c, &edge))
                    .filter(|id| self.architecture.relations.contains_key(id))
                    .map(|id| id.as_str().into());
                self.steps.push(proxied);
                self.at = edge;
            }
            let home = self.home.clone();
            self.go(Step::of(&home, Work::Request));
            self.at = home;
            self.calls = 0.0;
        }
        self.hash_passwords(operation);
        let durable_queue = self.choices.messaging != Messaging::None;
        let deferred = operation.deferred && durable_queue && !in_background(operation);
        let keyed = operation.idempotency == Some(Idempotency::Key)
            && self.architecture.data.contains_key(IDEMPOTENCY_KEYS)
            && !matches!(operation.trigger, Trigger::Webhook(_));
        if keyed {
            self.look_up_key();
        }
        if deferred {
            self.enqueue(keyed);
            self.settle_calls();
            self.background = true;
            self.take_from_queue(1.0, JOBS);
            self.acts(&run.acts, operation);
            self.commit_if(run.writes);
        } else {
            let cached = self.cacheable(operation, run);
            self.work_through(operation, run, cached);
            if keyed {
                self.keep_key();
            }
            self.commit_if(run.writes || keyed);
        }
        self.settle_calls();
        self.deliver(run);
        self.settle_calls();
        let transaction = if !run.writes {
            Transaction::None
        } else if self.external_call {
            Transaction::Saga
        } else if run.acts.iter().any(|a| matches!(a, Act::Emit { .. })) && durable_queue {
            Transaction::Outbox
        } else {
            Transaction::Local
        };
        let from = match transaction {
            Transaction::None => "decisions.communication",
            _ => "decisions.transactions",
        };
        Path {
            steps: std::mem::take(&mut self.steps),
            acknowledge: (run.writes || deferred).then_some(Acknowledge::AfterCommit),
            transaction: Some(transaction),
            about: model::About {
                serves: vec![format!("domain.operations.{}", run.operation)],
                ..engine(from)
            },
        }
    }

    /// Passwords are checked and kept by a hash that is slow on purpose.
    fn hash_passwords(&mut self, operation: &Operation) {
        let times = access::password_hashes(self.brief, operation);
        if times > 0 {
            let mut hashed = Step::of(&self.at.clone(), Work::Compute);
            hashed.cpu = Some(PASSWORD_HASH);
            hashed.times = unless_one(times as f64);
            hashed.background = self.background;
            hashed.note = Some("memory-hard hash of a password".into());
            self.steps.push(hashed);
        }
    }

    fn start_in_background(&mut self, operation: &Operation) {
        let at = self.home.clone();
        match &operation.trigger {
            Trigger::Event(_) if self.has(BROKER) => {
                let mut consumed = Step::of(BROKER, Work::Consume);
                consumed.via = Some(relations::id(BROKER, &at).as_str().into());
                consumed.background = true;
                self.steps.push(consumed);
            }
            Trigger::Event(_) if self.architecture.data.contains_key(OUTBOX) => {
                self.take_from_queue(1.0, OUTBOX);
            }
            _ => {}
        }
    }

    fn store_of(&self, table: &str) -> String {
        self.architecture
            .data
            .get(table)
            .map_or_else(|| STORE.into(), |t| t.store.0.clone())
    }

    fn on_table(&mut self, table: &str, work: Work, by: &[&str], times: f64) {
        let mut next = Step::of(&self.store_of(table), work);
        next.table = Some(table.into());
        next.by = by.iter().map(|s| s.to_string()).collect();
        next.times = unless_one(times);
        self.go(next);
    }

    fn look_up_key(&mut self) {
        self.on_table(IDEMPOTENCY_KEYS, Work::PointRead, &["caller", "key"], 1.0);
    }

    fn keep_key(&mut self) {
        self.on_table(IDEMPOTENCY_KEYS, Work::Insert, &[], 1.0);
    }

    fn enqueue(&mut self, keyed: bool) {
        if keyed {
            self.keep_key();
        }
        self.on_table(JOBS, Work::Insert, &[], 1.0);
        self.commit_if(true);
    }

    /// A worker claims a row, works it off and deletes it.
    fn take_from_queue(&mut self, times: f64, table: &str) {
        self.at = self
            .placement
            .worker
            .clone()
            .unwrap_or_else(|| self.home.clone());
        self.on_table(table, Work::Dequeue, &[], times);
    }

    fn commit_if(&mut self, writes: bool) {
        if writes && self.has(STORE) {
            let store = self
                .steps
                .iter()
                .rev()
                .find(|s| s.work.writes() && s.work != Work::Put && s.table.is_some())
                .map_or_else(|| STORE.to_string(), |s| s.on.0.clone());
            let next = Step::of(&store, Work::Commit);
            self.go(next);
        }
    }

    fn acts(&mut self, acts: &[Act], operation: &Operation) {
        for act in acts {
            match act {
                Act::Store(access) => self.touch(access, 1.0, operation),
                Act::Call {
                    port,
                    operation: called,
                    times,
                } => {
                    // What was written so far is committed first: no row stays locked while
                    // somebody else's system thinks.
                    // A claimed row of a queue stays claimed: it may go only when the call is done.
                    let wrote = self
                        .steps
                        .iter()
                        .any(|s| s.work.writes() && s.work != Work::Dequeue);
                    let committed = self.steps.last().is_some_and(|s| s.work == Work::Commit);
                    self.commit_if(wrote && !committed);
                    let mut external = Step::of(port, Work::External);
                    external.times = unless_one(*times);
                    external.note = Some(called.clone());
                    self.go(external);
                    self.external_call |= !self.background || wrote;
                }
                Act::Emit { times, .. } => {
                    if self.architecture.data.contains_key(OUTBOX) {
                        self.on_table(OUTBOX, Work::Insert, &[], *times);
                    }
                }
                Act::File {
                    bucket,
                    times,
                    write,
                } => self.link(bucket, *times, *write, operation),
                Act::Handler { name, cpu } => {
                    let mut run = Step::of(&self.at.clone(), Work::Compute);
                    run.cpu = *cpu;
                    run.note = Some(name.clone());
                    run.background = self.background;
                    self.steps.push(run);
                }
            }
        }
        // `takes` is the whole job: a handler that says its own time is part of it.
        let told = acts
            .iter()
            .any(|a| matches!(a, Act::Handler { cpu: Some(_), .. }));
        if let Some(takes) = operation.takes.filter(|_| !told) {
            let mut run = Step::of(&self.at.clone(), Work::Compute);
            run.cpu = Some(takes);
            run.background = self.background;
            run.note = Some("the job itself".into());
            self.steps.push(run);
        }
    }

    /// A signed link costs us a keyed hash; the bytes go between client and object store.
    fn link(&mut self, bucket: &str, times: f64, write: bool, operation: &Operation) {
        if !self.has(FILES) {
            return;
        }
        let at = self.at.clone();
        let mut signed = Step::of(FILES, Work::Sign);
        signed.times = unless_one(times);
        signed.note = Some(format!("computed in {at}; no call"));
        signed.background = self.background;
        self.steps.push(signed);
        if write {
            let mut stored = Step::of(FILES, Work::Put);
            stored.table = Some(bucket.into());
            stored.times = unless_one(times);
            stored.background = true;
            let client = operation.actors.first().map(|a| relations::id(a, FILES));
            stored.via = client
                .filter(|id| self.architecture.relations.contains_key(id))
                .map(|id| id.as_str().into());
            stored.note = Some("by the client, with the link".into());
            self.steps.push(stored);
        }
    }

    fn touch(&mut self, access: &Access, share: f64, operation: &Operation) {
        let searched_elsewhere = access.work == Work::TextSearch && self.has(SEARCH);
        let store = if searched_elsewhere {
            SEARCH.to_string()
        } else if self.may_read_late(operation, access) {
            READERS.to_string()
        } else {
            self.store_of(&access.table)
        };
        let owner = self.owner_of(&access.table);
        if let Some(owner) = owner
            && owner != self.at
        {
            let caller = self.at.clone();
            let mut request = Step::of(&owner, Work::Request);
            request.probability = share_of(access.probability * share);
            self.go(request);
            let calls = self.calls;
            self.at = owner;
            self.read_or_write(&store, access, share);
            self.at = caller;
            self.calls = calls;
        } else {
            self.read_or_write(&store, access, share);
        }
    }

    fn read_or_write(&mut self, store: &str, access: &Access, share: f64) {
        let mut next = Step::of(store, access.work);
        next.table = Some(access.table.as_str().into());
        next.by.clone_from(&access.by);
        next.order.clone_from(&access.order);
        next.rows = unless_one(access.rows);
        next.times = unless_one(access.times);
        next.probability = share_of(access.probability * share);
        self.go(next);
    }

    /// With a store per context, only the owner's service touches its tables.
    fn owner_of(&self, table: &str) -> Option<String> {
        if self.choices.style != model::Style::Microservices {
            return None;
        }
        let context = self
            .architecture
            .data
            .get(table)?
            .context
            .as_ref()?
            .0
            .clone();
        self.placement
            .services
            .contains(&context)
            .then_some(context)
    }

    /// Readers lag, so they answer only what may be stale and is never held to be certain.
    fn may_read_late(&self, operation: &Operation, access: &Access) -> bool {
        self.has(READERS)
            && !operation.writes()
            && access.work.reads_rows()
            && operation.never_wrong.is_empty()
            && operation.staleness.is_some_and(|s| {
                let lag = self
                    .architecture
                    .components
                    .get(READERS)
                    .and_then(|c| c.replication.as_ref()?.lag)
                    .map_or(1.0, |d| d.secs());
                s.secs() >= lag
            })
    }

    /// The share of requests that a cache would answer, where the operation may be cached at all.
    ///
    /// With requests spread evenly over the rows, a row is asked for `r = rate x lifetime / rows`
    /// times while its copy lives, and `r / (1 + r)` of the requests find it. Uneven popularity
    /// only raises the share, so this is a lower bound.
    fn cacheable(&self, operation: &Operation, run: &Run) -> Option<f64> {
        let lifetime = operation.staleness?;
        if !self.has(CACHE)
            || run.writes
            || lifetime.secs() <= 0.0
            || !operation.never_wrong.is_empty()
        {
            return None;
        }
        let rate = self.brief.busy_rate(operation)?.0;
        let rows = if operation.by.is_empty() {
            1.0
        } else {
            let target = operation.target.as_ref()?;
            self.brief
                .domain
                .entities
                .get(&**target)?
                .volume
                .as_ref()?
                .rows?
                .0
        };
        let asked = rate * lifetime.secs() / rows.max(1.0);
        Some(asked / (1.0 + asked))
    }

    fn work_through(&mut self, operation: &Operation, run: &Run, hit: Option<f64>) {
        let Some(hit) = hit else {
            return self.acts(&run.acts, operation);
        };
        let get = Step::of(CACHE, Work::Get);
        self.go(get);
        let before = self.steps.len();
        self.acts(&run.acts, operation);
        for missed in &mut self.steps[before..] {
            let share = missed.probability.map_or(1.0, |p| p.0) * (1.0 - hit);
            missed.probability = share_of(share);
        }
        let mut set = Step::of(CACHE, Work::Set);
        set.probability = share_of(1.0 - hit);
        self.go(set);
    }

    /// What happens to events after the commit: from the outbox over the broker to the subscribers.
    fn deliver(&mut self, run: &Run) {
        let events: Vec<(String, f64)> = run
            .acts
            .iter()
            .filter_map(|a| match a {
                Act::Emit { event, times } => Some((event.clone(), *times)),
                _ => None,
            })
            .collect();
        if events.is_empty() || !self.architecture.data.contains_key(OUTBOX) {
            return;
        }
        self.background = true;
        for (event_id, times) in events {
            let Some(event) = self.brief.domain.events.get(&event_id) else {
                continue;
            };
            let event = event.clone();
            self.take_from_queue(times, OUTBOX);
            if self.has(BROKER) {
                let mut published = Step::of(BROKER, Work::Publish);
                published.times = unless_one(times);
                self.go(published);
                let mut consumed = Step::of(BROKER, Work::Consume);
                consumed.times = unless_one(times);
                consumed.background = true;
                consumed.via = Some(relations::id(BROKER, &self.at).as_str().into());
                self.steps.push(consumed);
            }
            for actor in &event.webhook_to {
                let endpoint = endpoint_of(actor);
                if self.has(&endpoint) {
                    let mut sent = Step::of(&endpoint, Work::External);
                    sent.times = unless_one(times);
                    sent.probability = event.subscribed.filter(|s| s.0 < 1.0);
                    sent.note = Some(event_id.clone());
                    self.go(sent);
                }
            }
        }
    }
}

fn share_of(share: f64) -> Option<Ratio> {
    ((share - 1.0).abs() > 1e-9).then_some(Ratio((share.clamp(0.0, 1.0) * 1e6).round() / 1e6))
}
