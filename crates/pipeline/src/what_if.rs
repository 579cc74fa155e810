//! What if: the same system with some values replaced, and which numbers move.
//!
//! An assignment is `path=value`. The path is any path of the architecture or the brief, as the files
//! write it (`components.app.instances=4`, `relations.app-to-store.pool=40`,
//! `targets.availability=99.95 %`, `domain.operations.place-order.latency.p99=300 ms`); the value is
//! read, and refused, exactly as in the files. These are shorter:
//!
//! | short | means |
//! |---|---|
//! | `operations.<id>...`, `ports.<id>...`, `actors.<id>...` | the same under `domain.` |
//! | `<component>...`, `<relation>...`, `<operation>...`, `<table>...` | the same under its collection |
//! | `<component>.vcpu`, `.memory`, `.disk` | the same under `size` |
//! | `<operation>.rate=100/s` | the busiest hour; mean and peak keep their proportion to it |
//! | `load=10x` | every operation's rates times ten |
//! | `cache.hit=70 %`, `<cache>.hit=0.7` | the share of look-ups that the caches (that cache) answer |

use model::{Architecture, Brief, Finding, System};
use std::sync::Arc;
use syntax::check::{Checked, check};
use syntax::fault::{Fault, into_findings};
use syntax::ids::Ids;
use syntax::tree::Node;
use syntax::{Hooks, Schema, Sources};

use crate::Workspace;

mod change;
mod compare;
mod place;

use change::Special;
pub use compare::{LEAST, Moved, compare, telling};
use place::{Document, Target};

/// The name under which assignments are cited in findings; one line each, in their order.
pub const ASSIGNMENTS: &str = "what-if";

/// The system of a workspace with values replaced: `assignments` are `path=value` each.
///
/// # Errors
/// Every fault of every assignment, placed in a text called [`ASSIGNMENTS`] ([`sources`] has it);
/// or the one finding that there is no architecture.
pub fn what_if(workspace: &Workspace, assignments: &[String]) -> Result<System, Vec<Finding>> {
    let Some(system) = workspace.system() else {
        return Err(vec![
            Finding::new(
                "nothing-to-change",
                model::Severity::Blocker,
                "",
                "there is no architecture here whose values could be replaced",
            )
            .why("What if compares an architecture with itself.")
            .remedy("Run `groundplan design` first, or name the folder of an architecture."),
        ]);
    };
    let mut trees = Trees::of(workspace, assignments);
    let mut special: Vec<Special> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for line in place::lines(assignments) {
        match line.target(&trees, &system) {
            Ok(target) => {
                let name = target.name();
                if seen.contains(&name) {
                    trees.faults.push(line.fault(
                        "duplicate-key",
                        &name,
                        format!("`{name}` is given twice"),
                        "Give one value.",
                    ));
                    continue;
                }
                seen.push(name);
                match target {
                    Target::Value { document, path } => trees.set(document, &path, &line),
                    Target::Special(kind) => match line.special(kind) {
                        Ok(one) => special.push(one),
                        Err(fault) => trees.faults.push(*fault),
                    },
                }
            }
            Err(fault) => trees.faults.push(*fault),
        }
    }
    let unchanged = system.clone();
    let faults_in = |mut system: System| -> (System, Vec<Finding>) {
        let faults = special
            .iter()
            .filter_map(|s| s.apply(&mut system).err().map(|f| *f));
        let findings = into_findings(faults.collect(), &alone(assignments));
        (system, findings)
    };
    // Where a value is refused, the rest is still tried, so that all faults come at once.
    let (system, findings) = match trees.into_system(system) {
        Ok(system) => faults_in(system),
        Err(mut findings) => {
            findings.extend(faults_in(unchanged).1);
            (System::default(), findings)
        }
    };
    if findings.is_empty() {
        return Ok(system);
    }
    let mut findings = findings;
    findings.sort_by_key(|f| f.place.span.map(|s| (s.line, s.column)));
    Err(findings)
}

/// The texts that findings of [`what_if`] point into.
pub fn sources(workspace: &Workspace, assignments: &[String]) -> Sources {
    let mut sources = workspace.sources.clone();
    sources.add(ASSIGNMENTS, place::text(assignments));
    sources
}

fn alone(assignments: &[String]) -> Sources {
    let mut sources = Sources::default();
    sources.add(ASSIGNMENTS, place::text(assignments));
    sources
}

/// A file's tree with its schema.
struct Tree {
    schema: Schema,
    root: Node,
    sources: Sources,
    /// Number of the assignments in `sources`.
    file: usize,
    changed: bool,
    /// Faults that the file has without any change.
    known: Vec<String>,
}

impl Tree {
    fn of<T: model::Plain>(
        loaded: Option<&syntax::Loaded<T>>,
        assignments: &[String],
    ) -> Option<Self> {
        let loaded = loaded?;
        let mut sources = loaded.sources.clone();
        let file = sources.add(ASSIGNMENTS, place::text(assignments));
        Some(Tree {
            schema: Schema::of::<T>(),
            root: loaded.tree.as_deref()?.clone(),
            sources,
            file,
            changed: false,
            known: loaded.findings.iter().map(Finding::key).collect(),
        })
    }

    /// The value of the changed tree; what is wrong with it now and was not before.
    fn check<T: model::Plain>(&self, known: Option<&Ids>) -> (Option<T>, Vec<Finding>) {
        let hooks = match known {
            Some(ids) => Hooks::model().with_known(ids),
            None => Hooks::model(),
        };
        let mut ids = Ids::collect(&self.schema, &self.root);
        if let Some(known) = known {
            ids.add_known(known);
        }
        let Checked { value, faults } =
            check(&self.schema, &ids, &hooks, &self.sources, &self.root);
        let mut findings = into_findings(faults, &self.sources);
        findings.retain(|f| {
            f.place.file.as_deref() == Some(ASSIGNMENTS) || !self.known.contains(&f.key())
        });
        let value = value.and_then(|value| T::from_value(&value).ok());
        if value.is_none() && findings.is_empty() {
            findings.push(
                Finding::new(
                    "wrong-type",
                    model::Severity::Blocker,
                    "",
                    "the changed values make no model",
                )
                .why("The schema accepts what the program does not.")
                .remedy("Change the file instead, and check it."),
            );
        }
        (value, findings)
    }
}

/// Both files, and what is wrong so far.
struct Trees {
    architecture: Option<Tree>,
    brief: Option<Tree>,
    in_place: bool,
    /// Ids that the brief declares, for references of the architecture.
    ids: Option<Arc<Ids>>,
    faults: Vec<Fault>,
    findings: Vec<Finding>,
    alone: Sources,
}

impl Trees {
    fn of(workspace: &Workspace, assignments: &[String]) -> Self {
        Trees {
            architecture: Tree::of(workspace.architecture.as_deref(), assignments),
            brief: Tree::of(workspace.brief_file.as_deref(), assignments),
            in_place: workspace.brief_is_in_place(),
            ids: workspace.brief_file.as_ref().map(|b| b.ids.clone()),
            faults: Vec::new(),
            findings: Vec::new(),
            alone: alone(assignments),
        }
    }

    fn tree(&self, document: Document) -> Option<&Tree> {
        match document {
            Document::Architecture => self.architecture.as_ref(),
            Document::Brief => self.brief.as_ref(),
        }
    }

    fn set(&mut self, document: Document, path: &str, line: &place::Line<'_>) {
        let tree = match document {
            Document::Architecture => self.architecture.as_mut(),
            Document::Brief => self.brief.as_mut(),
        };
        let Some(tree) = tree else { return };
        let target = line.path_node(tree.file, path);
        let (value, faults) = line.value_node(tree.file);
        if let Some(value) = value {
            if document == Document::Architecture {
                place::open_section(&mut tree.root, path);
            }
            match syntax::overlay::set(&tree.schema, &mut tree.root, &target, &value) {
                Ok(()) => tree.changed = true,
                Err(fault) => self
                    .findings
                    .extend(into_findings(vec![*fault], &tree.sources)),
            }
        }
        self.findings.extend(into_findings(faults, &tree.sources));
    }

    /// The typed system: a file that nothing changed stays as it was read, to the last digit.
    fn into_system(self, mut system: System) -> Result<System, Vec<Finding>> {
        let mut findings = self.findings;
        findings.extend(into_findings(self.faults, &self.alone));
        if let Some(tree) = self.brief.filter(|t| t.changed) {
            let (brief, found) = tree.check::<Brief>(None);
            findings.extend(found);
            if let Some(brief) = brief {
                system.brief = brief;
            }
        }
        if let Some(tree) = self.architecture.filter(|t| t.changed) {
            let (architecture, found) = tree.check::<Architecture>(self.ids.as_deref());
            findings.extend(found);
            if let Some(architecture) = architecture {
                if let Some(model::BriefSource::Inline(brief)) = &architecture.brief {
                    system.brief = (**brief).clone();
                }
                system.architecture = architecture;
            }
        }
        if findings.is_empty() {
            Ok(system)
        } else {
            Err(findings)
        }
    }
}
