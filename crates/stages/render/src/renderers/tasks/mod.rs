//! `tasks/`: the work of building the design, cut into pieces that one person or agent takes alone.
//!
//! The cut. Each store, each system that is called, each process and each operation is a task; one
//! operation is one contract, so operations are never put together. A transition that happens by
//! itself after a time is a task. A promise (pattern, mechanism) that concerns one operation is built
//! and proved with it. A pattern whose mechanisms concern several operations, or none, is a task: it
//! is built once, and before the operations that rely on it. Its proofs that need an operation stand
//! with that operation.
//!
//! The order is that of need ([`order`]): stores, clients and processes before operations; who makes
//! a row before who changes it; who puts it into a state before who takes it out; who emits before
//! who consumes. Ties go by the order of the model.

mod bundle;
mod client;
mod lookup;
mod needs;
mod operation;
mod order;
mod process;
mod promise;
mod readme;
mod store;
mod subject;
mod timer;

use super::{Need, Renderer, sql};
use crate::artifact::{Artifact, Marker};
use crate::figures::Figures;
use crate::interface::Interface;
use crate::page::Page;
use crate::view::View;
use order::Edge;
use subject::{Subject, Task};

pub const RENDERER: Renderer = Renderer {
    id: "tasks",
    about: "The work in order, one file for each piece, with contract, schema and checks.",
    needs: &[Need::Components],
    render,
};

/// What every bundle is written from.
struct Desk<'a> {
    f: Figures<'a>,
    interface: Interface,
    schema: Vec<Artifact>,
    /// In the order of the work: task n of the files is at n - 1.
    tasks: Vec<Task<'a>>,
    /// What each task needs, and what it would need if that did not run in a circle.
    needs: Vec<Vec<Edge>>,
    given_up: Vec<Vec<Edge>>,
}

fn render(view: &View<'_>) -> Vec<Artifact> {
    let desk = Desk::new(view);
    let file = |path: String, sources: &[&str], body: &str| {
        Artifact::new(path, Marker::Html, &view.options.source, sources, body)
    };
    let mut made = vec![file(
        "tasks/README.md".into(),
        &["brief", "architecture"],
        &readme::write(&desk),
    )];
    for at in 0..desk.tasks.len() {
        let body = desk.bundle(at);
        let builds: Vec<&str> = desk.tasks[at].builds.iter().map(String::as_str).collect();
        made.push(file(format!("tasks/{}", desk.file(at)), &builds, &body));
    }
    made
}

impl<'a> Desk<'a> {
    fn new(view: &'a View<'a>) -> Self {
        let tasks = subject::tasks(view.system);
        let edges = needs::edges(view.system, &tasks);
        let ranks: Vec<usize> = tasks.iter().map(|t| t.rank).collect();
        let ordered = order::order(&ranks, edges);
        let mut slots: Vec<Option<Task<'a>>> = tasks.into_iter().map(Some).collect();
        Desk {
            f: Figures::at_one(view),
            interface: Interface::of(view),
            schema: (sql::RENDERER.render)(view),
            tasks: ordered
                .sequence
                .iter()
                .filter_map(|at| slots[*at].take())
                .collect(),
            needs: ordered.needs,
            given_up: ordered.given_up,
        }
    }

    /// `07`, as wide as the last one.
    fn number(&self, at: usize) -> String {
        let width = self.tasks.len().to_string().len().max(2);
        format!("{:0width$}", at + 1)
    }

    fn file(&self, at: usize) -> String {
        format!("{}-{}.md", self.number(at), self.tasks[at].id)
    }

    fn link(&self, at: usize) -> String {
        let id = &self.tasks[at].id;
        format!("[{} {id}]({})", self.number(at), self.file(at))
    }

    /// The task that builds an element of the model.
    fn builder(&self, path: &str) -> Option<usize> {
        let built = |t: &Task<'_>| t.builds.iter().any(|b| b == path);
        self.tasks.iter().position(built)
    }

    fn bundle(&self, at: usize) -> String {
        let mut page = Page::default();
        bundle::head(self, at, &mut page);
        let checks = match &self.tasks[at].subject {
            Subject::Store { id, component } => store::write(self, id, component, &mut page),
            Subject::Client { id, port } => client::write(self, id, *port, &mut page),
            Subject::Process { id, component } => process::write(self, id, component, &mut page),
            Subject::Promise { pattern } => promise::write(self, at, *pattern, &mut page),
            Subject::Operation { id, operation } => {
                operation::write(self, at, id, operation, &mut page)
            }
            Subject::Timer { entity, take, .. } => timer::write(self, at, entity, take, &mut page),
        };
        bundle::checks(&checks, &mut page);
        page.finish()
    }
}
