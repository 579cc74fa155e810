//! Runs a template's tree. What cannot be computed is [`Data::Unknown`], printed as a mark that becomes a
//! hole; a condition that cannot be computed is taken to hold, and noted.

use std::collections::BTreeMap;

use super::data::Data;
use super::functions;
use super::template::{Part, Pipeline, Term};

/// Most actions of one file, includes counted.
const MAX_STEPS: usize = 200_000;
/// Deepest nesting of includes.
const MAX_INCLUDES: usize = 40;
/// Most bytes of one rendered file.
const MAX_OUTPUT: usize = 4 << 20;

pub type Defines = BTreeMap<String, Vec<Part>>;

/// Named templates of a file.
pub fn collect(parts: &[Part], defines: &mut Defines) {
    for part in parts {
        match part {
            Part::Define(name, body) => {
                defines.insert(name.clone(), body.clone());
                collect(body, defines);
            }
            Part::If {
                branches,
                otherwise,
                ..
            } => {
                branches
                    .iter()
                    .for_each(|(_, _, body)| collect(body, defines));
                collect(otherwise, defines);
            }
            Part::With { body, .. } | Part::Range { body, .. } => collect(body, defines),
            _ => {}
        }
    }
}

/// Rendered text, and for each of its lines the line of the template that it came from.
#[derive(Debug, Default)]
pub struct Rendered {
    pub text: String,
    pub lines: Vec<u32>,
    /// Ends of lines in the text.
    breaks: usize,
}

impl Rendered {
    /// `moves`: the text is the template's own, so its lines are counted on.
    fn push(&mut self, text: &str, mut line: u32, moves: bool) {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.text.push('\n');
                self.breaks += 1;
                line += u32::from(moves);
            }
            let started = self.text.is_empty() || self.text.ends_with('\n');
            if started {
                let count = self.breaks + 1;
                // A line that only got its end so far takes the line of its first content.
                if self.lines.len() >= count {
                    self.lines[count - 1] = line;
                } else {
                    self.lines.push(line);
                }
            }
            self.text.push_str(part);
        }
    }
}

pub struct Machine<'d> {
    pub defines: &'d Defines,
    pub root: Data,
    pub faults: Vec<(u32, String)>,
    /// Something was taken to hold that could not be computed.
    pub guessed: bool,
    steps: usize,
    includes: usize,
    variables: Vec<(String, Data)>,
}

impl<'d> Machine<'d> {
    pub fn new(defines: &'d Defines, root: Data) -> Self {
        Machine {
            defines,
            root,
            faults: Vec::new(),
            guessed: false,
            steps: 0,
            includes: 0,
            variables: Vec::new(),
        }
    }

    pub fn render(&mut self, parts: &[Part]) -> Rendered {
        let mut out = Rendered::default();
        let dot = self.root.clone();
        self.run(parts, &dot, &mut out);
        if self.steps > MAX_STEPS {
            let reason = format!("more than {MAX_STEPS} actions, the rest is not rendered");
            self.faults.push((0, reason));
        }
        out
    }

    fn run(&mut self, parts: &[Part], dot: &Data, out: &mut Rendered) {
        let scope = self.variables.len();
        for part in parts {
            self.steps += 1;
            if self.steps > MAX_STEPS || out.text.len() > MAX_OUTPUT {
                break;
            }
            self.part(part, dot, out);
        }
        self.variables.truncate(scope);
    }

    fn part(&mut self, part: &Part, dot: &Data, out: &mut Rendered) {
        match part {
            Part::Text(text, line) => out.push(text, *line, true),
            Part::Output(pipeline, line) => {
                let value = self.pipeline(pipeline, dot, *line);
                // At the start of a line unknown lines would stand, not an unknown word.
                let starts = out.text.rsplit('\n').next().unwrap_or("").trim().is_empty();
                let block = starts && out.text.contains('\n') && self.includes == 0;
                if value != Data::Unknown || !block {
                    out.push(&value.print(), *line, false);
                }
            }
            Part::Assign {
                name,
                declares,
                value,
                line,
            } => {
                let value = self.pipeline(value, dot, *line);
                let known = self
                    .variables
                    .iter_mut()
                    .rev()
                    .find(|(known, _)| known == name);
                match known {
                    Some((_, known)) if !declares => *known = value,
                    _ => self.variables.push((name.clone(), value)),
                }
            }
            Part::If {
                branches,
                otherwise,
                line,
            } => {
                for (name, condition, body) in branches {
                    let value = self.pipeline(condition, dot, *line);
                    self.guessed |= value == Data::Unknown;
                    let scope = self.variables.len();
                    if let Some(name) = name {
                        self.variables.push((name.clone(), value.clone()));
                    }
                    if value.holds() {
                        self.run(body, dot, out);
                        self.variables.truncate(scope);
                        return;
                    }
                }
                self.run(otherwise, dot, out);
            }
            Part::With {
                name,
                value,
                body,
                otherwise,
                line,
            } => {
                let value = self.pipeline(value, dot, *line);
                self.guessed |= value == Data::Unknown;
                if !value.holds() {
                    return self.run(otherwise, dot, out);
                }
                let scope = self.variables.len();
                if let Some(name) = name {
                    self.variables.push((name.clone(), value.clone()));
                }
                self.run(body, &value, out);
                self.variables.truncate(scope);
            }
            Part::Range {
                names,
                value,
                body,
                otherwise,
                line,
            } => {
                let value = self.pipeline(value, dot, *line);
                self.guessed |= value == Data::Unknown;
                let items: Vec<(Data, Data)> = match value {
                    Data::List(items) => {
                        let numbered = items.iter().cloned().enumerate();
                        numbered
                            .map(|(index, item)| (Data::Number(index as f64), item))
                            .collect()
                    }
                    Data::Map(map) => {
                        let pairs = map.iter();
                        pairs.map(|(k, v)| (Data::text(k), v.clone())).collect()
                    }
                    Data::Unknown => vec![(Data::Unknown, Data::Unknown)],
                    _ => Vec::new(),
                };
                if items.is_empty() {
                    return self.run(otherwise, dot, out);
                }
                for (key, item) in items {
                    let scope = self.variables.len();
                    match &names[..] {
                        [value] => self.variables.push((value.clone(), item.clone())),
                        [first, second, ..] => {
                            self.variables.push((first.clone(), key));
                            self.variables.push((second.clone(), item.clone()));
                        }
                        [] => {}
                    }
                    self.run(body, &item, out);
                    self.variables.truncate(scope);
                    if self.steps > MAX_STEPS {
                        break;
                    }
                }
            }
            Part::Define(..) => {}
            Part::Template { name, value, line } => {
                let dot = match value {
                    Some(value) => self.pipeline(value, dot, *line),
                    None => Data::Null,
                };
                let text = self.include(name, &dot, *line);
                out.push(&text.print(), *line, false);
            }
        }
    }

    /// The text of a named template.
    pub fn include(&mut self, name: &str, dot: &Data, line: u32) -> Data {
        let defines = self.defines;
        let Some(body) = defines.get(name) else {
            return self.missing(name, line);
        };
        if self.includes >= MAX_INCLUDES {
            self.faults.push((line, format!("{name} includes itself")));
            return Data::Unknown;
        }
        self.includes += 1;
        let before = std::mem::take(&mut self.variables);
        let mut out = Rendered::default();
        self.run(body, dot, &mut out);
        self.variables = before;
        self.includes -= 1;
        Data::Text(out.text)
    }

    /// A template of a library that is not in the tree. By the convention of `helm create`, `x.name` and
    /// `x.fullname` are the chart's name, and a name given by override comes first.
    fn missing(&mut self, name: &str, line: u32) -> Data {
        // A whole file of the chart, taken in for its checksum.
        if name.starts_with("templates/") {
            return Data::Unknown;
        }
        self.guessed = true;
        if name.ends_with(".fullname") || name.ends_with(".name") {
            let values = self.root.field("Values");
            for key in ["fullnameOverride", "nameOverride"] {
                let given = values.field(key);
                if given.holds() && given != Data::Unknown {
                    return given;
                }
            }
            return self.root.field("Chart").field("Name");
        }
        let known = self.faults.iter().any(|(_, reason)| reason.contains(name));
        if !known {
            self.faults
                .push((line, format!("the template {name} is not in this chart")));
        }
        Data::Unknown
    }

    /// A text rendered as a template (`tpl`).
    pub fn text(&mut self, text: &str, dot: &Data) -> Data {
        if !text.contains("{{") {
            return Data::text(text);
        }
        if self.includes >= MAX_INCLUDES {
            return Data::Unknown;
        }
        self.includes += 1;
        let (parts, _) = super::template::parse(text);
        let before = std::mem::take(&mut self.variables);
        let mut out = Rendered::default();
        self.run(&parts, dot, &mut out);
        self.variables = before;
        self.includes -= 1;
        Data::Text(out.text)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Data, line: u32) -> Data {
        let mut piped = None;
        for command in pipeline {
            piped = Some(self.command(command, piped, dot, line));
        }
        piped.unwrap_or(Data::Null)
    }

    fn command(&mut self, command: &[Term], piped: Option<Data>, dot: &Data, line: u32) -> Data {
        let Some((first, rest)) = command.split_first() else {
            return Data::Null;
        };
        self.steps += 1;
        let Term::Name(name) = first else {
            // `.Capabilities.APIVersions.Has "x"`: a method with arguments.
            if !rest.is_empty() {
                return Data::Unknown;
            }
            return self.term(first, dot, line);
        };
        let mut arguments: Vec<Data> = Vec::with_capacity(rest.len() + 1);
        for term in rest {
            let value = self.term(term, dot, line);
            arguments.push(value);
        }
        arguments.extend(piped);
        functions::call(name, arguments, self, line)
    }

    fn term(&mut self, term: &Term, dot: &Data, line: u32) -> Data {
        match term {
            Term::Literal(data) => data.clone(),
            Term::Dot(path) => walk(dot, path),
            Term::Variable(name, path) if name.is_empty() => walk(&self.root, path),
            Term::Variable(name, path) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.map_or(Data::Unknown, |(_, value)| walk(value, path))
            }
            Term::Group(pipeline, path) => {
                let value = self.pipeline(pipeline, dot, line);
                walk(&value, path)
            }
            Term::Name(name) => functions::call(name, Vec::new(), self, line),
        }
    }
}

fn walk(data: &Data, path: &[String]) -> Data {
    let mut at = data;
    for name in path {
        match at {
            Data::Map(map) => match map.get(name) {
                Some(value) => at = value,
                None => return Data::Null,
            },
            Data::Unknown => return Data::Unknown,
            _ => return Data::Null,
        }
    }
    at.clone()
}
