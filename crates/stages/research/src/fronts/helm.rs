//! Helm charts: templates rendered with their values as far as can be known, then read as Kubernetes.
//!
//! A chart is several files, so the reader gives them together to [`charts`]; a template read alone is
//! rendered without values. What could not be computed is a hole. A condition that could not be computed is
//! taken to hold, and then the file's facts are inferred.

mod data;
mod evaluate;
mod functions;
mod template;

use super::said::{Said, folder};
use super::{Front, Head, Reads, SourceText, ends_in, kubernetes, name_of};
use crate::observation::{FileFacts, Observation, Value};
use crate::yaml::{self, Kind, Node};
use data::{Data, laid_over};
use evaluate::{Defines, Machine, collect};
use indexmap::IndexMap;
use model::finding::Certainty;
use std::sync::Arc;

pub const FRONT: Front = Front {
    id: "helm",
    takes: |path| {
        let template = path.contains("/templates/") || path.starts_with("templates/");
        (template && ends_in(path, &[".yaml", ".yml", ".tpl"])) || is_chart(path)
    },
    reads: Reads::Content { is, read },
};

/// Whether a file is the root of a chart; its folder is the chart's.
pub fn is_chart(path: &str) -> bool {
    matches!(name_of(path), "Chart.yaml" | "Chart.yml")
}

fn is(head: &Head) -> bool {
    is_chart(head.path) || head.text.contains("{{")
}

fn read(source: SourceText) -> FileFacts {
    if is_chart(source.path) {
        return chart_file(source);
    }
    let chart = Chart::default();
    let mut defines = Defines::new();
    let (parts, _) = template::parse(source.text);
    collect(&parts, &mut defines);
    // Nothing is known of values here: they are unknown, not absent.
    template_file(source, &chart.root(Data::Unknown), &defines)
}

#[derive(Debug, Default)]
struct Chart {
    folder: String,
    name: String,
    version: String,
    app_version: String,
    /// Name (or alias), condition.
    dependencies: Vec<(String, Option<String>)>,
}

impl Chart {
    /// What templates see as `$`.
    fn root(&self, values: Data) -> Data {
        let map = |pairs: &[(&str, Data)]| {
            let pairs = pairs
                .iter()
                .map(|(key, value)| (key.to_string(), value.clone()));
            Data::map(pairs.collect())
        };
        let known = |text: &str| match text {
            "" => Data::Unknown,
            text => Data::text(text),
        };
        let chart = [
            ("Name", known(&self.name)),
            ("Version", known(&self.version)),
            ("AppVersion", known(&self.app_version)),
        ];
        // A release named like its chart gives the names that most charts then shorten to.
        let release = [
            ("Name", known(&self.name)),
            ("Namespace", Data::text("default")),
            ("Service", Data::text("Helm")),
            ("IsInstall", Data::Bool(true)),
            ("IsUpgrade", Data::Bool(false)),
            ("Revision", Data::Number(1.0)),
        ];
        let version = [
            ("Version", Data::text("v1.31.0")),
            ("GitVersion", Data::text("v1.31.0")),
            ("Major", Data::text("1")),
            ("Minor", Data::text("31")),
        ];
        let capabilities = [
            ("KubeVersion", map(&version)),
            ("APIVersions", Data::Unknown),
        ];
        let template = [
            ("BasePath", Data::text("templates")),
            ("Name", Data::Unknown),
        ];
        map(&[
            ("Values", values),
            ("Chart", map(&chart)),
            ("Release", map(&release)),
            ("Capabilities", map(&capabilities)),
            ("Template", map(&template)),
            ("Files", Data::Unknown),
        ])
    }
}

/// The facts of every file that belongs to a chart, by path; they replace what the files say alone. `files`
/// are all files in folders (and their folders) that hold a `Chart.yaml`; others among them are left out.
pub fn charts(files: &[SourceText]) -> Vec<(String, FileFacts)> {
    let mut charts: Vec<(Chart, Data)> = Vec::new();
    for file in files.iter().filter(|file| is_chart(file.path)) {
        let chart = chart_of(file);
        let values = ["values.yaml", "values.yml"].iter().find_map(|name| {
            let path = join(&chart.folder, name);
            files.iter().find(|file| file.path == path)
        });
        let values = values.map(|file| yaml::read(file.text).documents);
        let values = values.and_then(|documents| documents.first().map(Data::of));
        charts.push((chart, values.unwrap_or(Data::map(IndexMap::new()))));
    }
    // Outer charts first: they set values of those within.
    charts.sort_by(|a, b| {
        a.0.folder
            .len()
            .cmp(&b.0.folder.len())
            .then(a.0.folder.cmp(&b.0.folder))
    });
    for inner in 0..charts.len() {
        let Some(outer) = outer_of(&charts, inner) else {
            continue;
        };
        let given = &charts[outer].1;
        let over = given.field(&charts[inner].0.name);
        let mut values = match over {
            Data::Map(_) => laid_over(&charts[inner].1, &over),
            _ => charts[inner].1.clone(),
        };
        let global = given.field("global");
        if let (Data::Map(shared), Data::Map(_)) = (&mut values, &global) {
            let map = Arc::make_mut(shared);
            let own = map
                .get("global")
                .cloned()
                .unwrap_or(Data::map(IndexMap::new()));
            map.insert("global".to_string(), laid_over(&own, &global));
        }
        charts[inner].1 = values;
    }

    let mut parsed = Vec::new();
    let mut out = Vec::new();
    for file in files {
        let owner = owner_of(&charts, file.path);
        let Some(owner) = owner else { continue };
        let inside = file.path[charts[owner].0.folder.len()..].trim_start_matches('/');
        if is_chart(file.path) {
            out.push((file.path.to_string(), chart_file(*file)));
        } else if inside.starts_with("templates/") {
            if ends_in(inside, &[".yaml", ".yml", ".tpl"]) {
                let (parts, faults) = template::parse(file.text);
                parsed.push((file, owner, parts, faults));
            }
        } else if (inside.starts_with("values") || inside.starts_with("ci/"))
            && ends_in(inside, &[".yaml", ".yml"])
        {
            // What a chart is tried with (`ci/`) is no setting of a program either.
            out.push((file.path.to_string(), values_file(*file)));
        }
    }
    // Named templates are shared by a chart and all charts within it and around it.
    let mut shared: IndexMap<usize, Defines> = IndexMap::new();
    for (_, owner, parts, _) in &parsed {
        collect(parts, shared.entry(top_of(&charts, *owner)).or_default());
    }
    for (file, owner, parts, faults) in parsed {
        let (chart, values) = &charts[owner];
        let root = chart.root(values.clone());
        let none = Defines::new();
        let defines = shared.get(&top_of(&charts, owner)).unwrap_or(&none);
        let mut facts = render(*file, &parts, &root, defines, off(&charts, owner));
        facts.faults.splice(0..0, faults);
        out.push((file.path.to_string(), facts));
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_string(),
        folder => format!("{folder}/{name}"),
    }
}

fn within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The chart whose folder holds a path, the innermost.
fn owner_of(charts: &[(Chart, Data)], path: &str) -> Option<usize> {
    charts
        .iter()
        .rposition(|(chart, _)| within(path, &chart.folder))
}

/// The chart that a chart lies in, under `charts/`.
fn outer_of(charts: &[(Chart, Data)], inner: usize) -> Option<usize> {
    let folder = &charts[inner].0.folder;
    charts[..inner].iter().rposition(|(chart, _)| {
        let rest = match chart.folder.as_str() {
            "" => Some(folder.as_str()),
            outer => folder
                .strip_prefix(outer)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        rest.is_some_and(|rest| rest.starts_with("charts/"))
    })
}

fn top_of(charts: &[(Chart, Data)], mut at: usize) -> usize {
    while let Some(outer) = outer_of(charts, at) {
        at = outer;
    }
    at
}

/// Whether the chart around it turns a chart off by the values that it comes with.
fn off(charts: &[(Chart, Data)], inner: usize) -> bool {
    let Some(outer) = outer_of(charts, inner) else {
        return false;
    };
    let (chart, values) = &charts[outer];
    let name = &charts[inner].0.name;
    let condition = chart.dependencies.iter().find(|(of, _)| of == name);
    let Some((_, Some(condition))) = condition else {
        return false;
    };
    let value = condition
        .split('.')
        .fold(values.clone(), |at, key| at.field(key));
    value == Data::Bool(false) || off(charts, outer)
}

fn chart_of(file: &SourceText) -> Chart {
    let documents = yaml::read(file.text).documents;
    let mut chart = Chart {
        folder: folder(file.path).to_string(),
        ..Chart::default()
    };
    let Some(root) = documents.first() else {
        return chart;
    };
    let text = |key: &str| root.text_of(key).unwrap_or("").to_string();
    chart.name = text("name");
    chart.version = text("version");
    chart.app_version = text("appVersion");
    for dependency in root.at_path("dependencies").items() {
        let name = dependency.text_of("alias").or(dependency.text_of("name"));
        let condition = dependency.text_of("condition").map(str::to_string);
        chart
            .dependencies
            .push((name.unwrap_or("").to_string(), condition));
    }
    chart
}

/// What a chart depends on, as resources: charts of others bring stores and brokers with them.
fn chart_file(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    let root = tree.documents.first();
    for dependency in root.map_or(&[][..], |root| root.at_path("dependencies").items()) {
        let Some(name) = dependency.text_of("name") else {
            continue;
        };
        let settings = dependency.entries().iter();
        let settings = settings
            .filter_map(|(key, value)| Some((key.text.clone(), Value::text(value.text()?))));
        let resource = Observation::Resource {
            kind: "helm-dependency".to_string(),
            name: dependency.text_of("alias").unwrap_or(name).to_string(),
            settings: settings.collect(),
        };
        said.say(dependency.line, resource);
    }
    said.done()
}

/// Values are no settings of a program; the credentials among them are facts.
fn values_file(source: SourceText) -> FileFacts {
    let mut all = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    all.facts.faults = tree.faults;
    for document in &tree.documents {
        super::spring_configuration::settings(document, None, &mut all);
    }
    let mut facts = all.done();
    facts
        .seen
        .retain(|seen| matches!(seen.what, Observation::Secret { .. }));
    facts
}

fn template_file(source: SourceText, root: &Data, defines: &Defines) -> FileFacts {
    let (parts, faults) = template::parse(source.text);
    let mut facts = render(source, &parts, root, defines, false);
    facts.faults.splice(0..0, faults);
    facts
}

fn render(
    source: SourceText,
    parts: &[template::Part],
    root: &Data,
    defines: &Defines,
    off: bool,
) -> FileFacts {
    let hidden = name_of(source.path).starts_with('_') || ends_in(source.path, &[".tpl"]);
    // Tests of a chart are run by hand and deploy nothing that stays.
    if hidden || off || source.path.contains("/templates/tests/") {
        return Said::new(FRONT.id).done();
    }
    let mut machine = Machine::new(defines, root.clone());
    let rendered = machine.render(parts);
    let mut tree = yaml::read(&rendered.text);
    let line_of = |line: u32| {
        let at = (line as usize)
            .saturating_sub(1)
            .min(rendered.lines.len().saturating_sub(1));
        rendered.lines.get(at).copied().unwrap_or(1)
    };
    for document in &mut tree.documents {
        place(document, &line_of);
    }
    for (line, reason) in &mut tree.faults {
        *line = line_of(*line);
        *reason = format!("rendered: {reason}");
    }
    let mut facts = kubernetes::objects(tree, FRONT.id, source.path);
    facts.faults.extend(machine.faults);
    if machine.guessed {
        for seen in &mut facts.seen {
            seen.certainty = seen.certainty.max(Certainty::Inferred);
        }
    }
    facts
}

/// Lines of the rendered text become lines of the template.
fn place(node: &mut Node, line_of: &impl Fn(u32) -> u32) {
    node.line = line_of(node.line);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| place(item, line_of)),
        Kind::Map(entries) => {
            for (key, value) in entries {
                key.line = line_of(key.line);
                place(value, line_of);
            }
        }
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

#[cfg(test)]
mod tests;
