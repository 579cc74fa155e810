//! `tasks/README.md`: the order as a table, and what was given up for it.

use super::Desk;
use super::subject::{Subject, Task};
use crate::page::Page;
use crate::words;

/// What a task is, in front of its name.
pub fn kind(task: &Task<'_>) -> &'static str {
    use model::Trigger;
    match &task.subject {
        Subject::Store { component, .. } | Subject::Process { component, .. } => {
            crate::scenes::kind_words(component.kind)
        }
        Subject::Client { .. } => "client",
        Subject::Promise { pattern: Some(_) } => "pattern",
        Subject::Promise { pattern: None } => "promise",
        Subject::Operation { operation, .. } => match operation.trigger {
            Trigger::Request => "operation",
            Trigger::Subscription => "stream",
            Trigger::Webhook(_) => "webhook",
            Trigger::Event(_) => "consumer",
            Trigger::Every(_) => "job",
        },
        Subject::Timer { .. } => "timer",
    }
}

pub fn write(desk: &Desk<'_>) -> String {
    let mut page = Page::default();
    let brief = &desk.f.view.system.brief;
    page.heading(1, &format!("{}: tasks in order", brief.name));
    page.para(&format!(
        "{}. Each file stands alone: what to build, what must stand first, its contract, its data, \
         its steps and its checks. A task is done when every check in its file holds. What is marked \
         UNVERIFIED the model does not say; ask before you choose.",
        words::counted(desk.tasks.len(), "task"),
    ));
    let rows: Vec<Vec<String>> = desk
        .tasks
        .iter()
        .enumerate()
        .map(|(at, task)| {
            let needs: Vec<String> = desk.needs[at].iter().map(|e| desk.number(e.on)).collect();
            vec![
                desk.number(at),
                format!("[{}]({})", task.id, desk.file(at)),
                kind(task).to_string(),
                needs.join(", "),
                makes(desk, task),
            ]
        })
        .collect();
    page.table(&["No.", "Task", "Kind", "Needs", "Makes"], &rows);
    let given: Vec<String> = desk
        .given_up
        .iter()
        .enumerate()
        .flat_map(|(at, edges)| edges.iter().map(move |e| (at, e)))
        .map(|(at, edge)| {
            format!(
                "{} comes before {}, which it needs: {}.",
                desk.link(at),
                desk.link(edge.on),
                edge.why
            )
        })
        .collect();
    if !given.is_empty() {
        page.heading(2, "Given up");
        page.para(
            "These needs run in a circle. The later task must be thought of in the earlier one.",
        );
        page.bullets(&given);
    }
    page.finish()
}

/// What stands when the task is done, in a few words.
fn makes(desk: &Desk<'_>, task: &Task<'_>) -> String {
    let f = &desk.f;
    match &task.subject {
        Subject::Store { id, .. } => {
            let data = &f.view.system.architecture.data;
            let tables: Vec<&str> = data
                .iter()
                .filter(|(_, t)| *t.store == **id)
                .map(|(table, _)| table.as_str())
                .collect();
            match tables.len() {
                0 => "no tables of its own".into(),
                n => format!(
                    "{}: {}",
                    words::counted(n, "table"),
                    words::some(&tables, 12)
                ),
            }
        }
        Subject::Client { id, port } => {
            let operations = port.iter().flat_map(|p| p.operations.keys());
            let operations: Vec<&String> = operations.collect();
            match operations.is_empty() {
                true => format!("calls of {id}"),
                false => format!("calls of {id}: {}", words::list(&operations)),
            }
        }
        Subject::Process { component, .. } => match &component.description {
            Some(text) => f.prose(text),
            None => crate::scenes::kind_words(component.kind).into(),
        },
        Subject::Promise { pattern } => match task.mechanisms.first() {
            Some((_, m)) if task.mechanisms.len() == 1 => f.prose(&m.promise),
            Some(_) => {
                let ids: Vec<&str> = task.mechanisms.iter().map(|(id, _)| *id).collect();
                words::list(&ids)
            }
            // The first sentence of how it is done here.
            None => pattern.map_or(String::new(), |(_, p)| {
                let here = f.prose(&p.here);
                here.split_once(". ")
                    .map_or(here.clone(), |(first, _)| format!("{first}."))
            }),
        },
        Subject::Operation { id, operation } => {
            let summary = operation.summary.as_ref().map(|s| f.prose(s));
            match (desk.interface.find(id), summary) {
                (Some(d), Some(text)) => format!("`{} {}`. {text}", d.method, d.path),
                (Some(d), None) => format!("`{} {}`", d.method, d.path),
                (None, text) => text.unwrap_or_default(),
            }
        }
        Subject::Timer { entity, take } => format!("{take} of {entity}, by the clock"),
    }
}
