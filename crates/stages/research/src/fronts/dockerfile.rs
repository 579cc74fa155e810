//! Dockerfiles: what an image listens on, is set to, is made of and starts.

use super::said::{Said, folder, port_of, words};
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation, Value, Workload};
use crate::placeholder::shell;
use crate::yaml;

pub const FRONT: Front = Front {
    id: "dockerfile",
    takes: |path| {
        let name = name_of(path).to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or("");
        // `Dockerfile.dev`, `Dockerfile-dev` and `web.Dockerfile`; not `dockerfile.go`, the code of a tool.
        let code = [
            ".go", ".rs", ".py", ".ts", ".js", ".md", ".java", ".rb", ".json", ".yml", ".yaml",
            ".tpl",
        ];
        let named = ["dockerfile", "containerfile"].iter().any(|of| {
            stem == *of || name.starts_with(&format!("{of}-")) || name.ends_with(&format!(".{of}"))
        });
        named && !ends_in(&name, &code)
    },
    reads: Reads::Format(read),
};

#[derive(Debug, Default, Clone)]
struct Stage {
    name: String,
    image: String,
    env: Vec<(String, Value, u32)>,
    ports: Vec<u16>,
    copies: Vec<String>,
    entrypoint: Option<String>,
    command: Option<String>,
    health: bool,
    volume: bool,
    labels: Vec<(String, String)>,
    folder: String,
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut arguments: Vec<(String, String)> = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut first = 0;
    for (line, instruction, rest) in instructions(source.text) {
        if instruction == "ARG" {
            for word in words(&rest) {
                if let Some((name, value)) = word.split_once('=') {
                    let value = said.safe_text(name, value, line);
                    arguments.push((name.to_string(), value));
                }
            }
            continue;
        }
        if instruction == "FROM" {
            stages.push(from(&rest, &arguments, &stages));
            first = line;
            continue;
        }
        match stages.last_mut() {
            Some(stage) => apply(stage, &instruction, &rest, line, &arguments, &mut said),
            None => said.fault(line, format!("{instruction} before FROM")),
        }
    }
    let Some(stage) = stages.pop() else {
        return said.done();
    };
    let here = folder(source.path);
    let name = here.rsplit('/').next().unwrap_or("").to_string();
    let mut labels = stage.labels;
    // What is copied in from earlier stages came from the tree there.
    let copies = stages
        .iter()
        .flat_map(|stage| &stage.copies)
        .chain(&stage.copies);
    let mut copies: Vec<&String> = copies.collect();
    copies.dedup();
    labels.extend(
        copies
            .into_iter()
            .map(|of| ("copies".to_string(), of.clone())),
    );
    let command = match (stage.entrypoint, stage.command) {
        (Some(entry), Some(command)) => Some(format!("{entry} {command}")),
        (entry, command) => entry.or(command),
    };
    let workload = Workload {
        source: FRONT.id.to_string(),
        name,
        image: Some(shell(&stage.image)),
        build: Some(here.to_string()),
        dockerfile: Some(source.path.to_string()),
        env: stage.env,
        ports: stage.ports,
        labels,
        command,
        health: stage.health,
        volume: stage.volume,
        ..Workload::default()
    };
    said.say(first, Observation::Workload(Box::new(workload)));
    said.done()
}

/// Instructions with their lines: continuations joined, comments and here-documents left out.
fn instructions(text: &str) -> Vec<(u32, String, String)> {
    let mut out = Vec::new();
    let mark = if text
        .lines()
        .take(5)
        .any(|l| l.replace(' ', "").starts_with("#escape=`"))
    {
        '`'
    } else {
        '\\'
    };
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut whole = line.to_string();
        while whole.ends_with(mark) {
            whole.pop();
            match lines.next() {
                Some((_, more)) if more.trim_start().starts_with('#') || more.trim().is_empty() => {
                    whole.push(mark);
                }
                Some((_, more)) => whole.push_str(more.trim()),
                None => break,
            }
            // Every physical line of a joined one is parted by a blank at least.
            whole = whole.trim_end().to_string();
        }
        let (instruction, rest) = match whole.split_once(char::is_whitespace) {
            Some((instruction, rest)) => (instruction, rest.trim()),
            None => (whole.as_str(), ""),
        };
        let instruction = instruction.to_ascii_uppercase();
        if !instruction.bytes().all(|b| b.is_ascii_uppercase()) {
            continue;
        }
        if matches!(instruction.as_str(), "RUN" | "COPY")
            && let Some(word) = heredoc(rest)
        {
            for (_, line) in lines.by_ref() {
                if line.trim() == word {
                    break;
                }
            }
        }
        out.push((index as u32 + 1, instruction, rest.to_string()));
    }
    out
}

/// The word that ends a here-document which starts in this line.
fn heredoc(rest: &str) -> Option<String> {
    let after = &rest[rest.find("<<")? + 2..];
    let word = after.trim_start_matches('-');
    let word: String = word
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (word.len() > 1 && !after.starts_with('<')).then_some(word)
}

/// Known build arguments put in; `${X:-y}` of others is its default.
fn filled(text: &str, arguments: &[(String, String)]) -> String {
    fn fill(value: Value, arguments: &[(String, String)]) -> String {
        match value {
            Value::Text(text) => text,
            Value::Concat(pieces) => pieces.into_iter().map(|p| fill(p, arguments)).collect(),
            Value::Env { name, default } => {
                let known = arguments.iter().rev().find(|(known, _)| *known == name);
                match (known, default) {
                    (Some((_, value)), _) => value.clone(),
                    (None, Some(default)) => fill(*default, arguments),
                    (None, None) => format!("${{{name}}}"),
                }
            }
            _ => String::new(),
        }
    }
    fill(shell(text), arguments)
}

fn from(rest: &str, arguments: &[(String, String)], before: &[Stage]) -> Stage {
    let mut words = rest
        .split_whitespace()
        .filter(|word| !word.starts_with("--"));
    let image = filled(words.next().unwrap_or(""), arguments);
    let name = match (words.next(), words.next()) {
        (Some(word), Some(name)) if word.eq_ignore_ascii_case("as") => name.to_string(),
        _ => String::new(),
    };
    // A stage on top of an earlier one has what that one set.
    let base = before
        .iter()
        .rev()
        .find(|stage| !stage.name.is_empty() && stage.name.eq_ignore_ascii_case(&image));
    let mut stage = match base {
        Some(stage) => stage.clone(),
        None => Stage {
            image,
            ..Stage::default()
        },
    };
    stage.name = name;
    stage
}

fn apply(
    stage: &mut Stage,
    instruction: &str,
    rest: &str,
    line: u32,
    arguments: &[(String, String)],
    said: &mut Said,
) {
    match instruction {
        "ENV" => {
            let pairs = words(rest);
            let pairs: Vec<(String, String)> = if pairs.first().is_some_and(|w| w.contains('=')) {
                let pair = |word: &String| {
                    let (name, value) = word.split_once('=')?;
                    Some((name.to_string(), value.to_string()))
                };
                pairs.iter().filter_map(pair).collect()
            } else {
                let (name, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                vec![(name.to_string(), value.trim().to_string())]
            };
            for (name, value) in pairs {
                let value = said.safe(&name, shell(&filled(&value, arguments)), line);
                stage.env.retain(|(known, ..)| *known != name);
                stage.env.push((name, value, line));
            }
        }
        "EXPOSE" => {
            for word in rest.split_whitespace() {
                let known: Vec<(String, String)> = stage
                    .env
                    .iter()
                    .filter_map(|(name, value, _)| Some((name.clone(), value.known()?.to_string())))
                    .chain(arguments.iter().cloned())
                    .collect();
                let port = port_of(&filled(word, &known));
                stage
                    .ports
                    .extend(port.filter(|port| !stage.ports.contains(port)));
            }
        }
        "COPY" | "ADD" => {
            if rest
                .split_whitespace()
                .any(|word| word.starts_with("--from="))
            {
                return;
            }
            let list = exec_form(rest).unwrap_or_else(|| words(rest));
            let mut sources: Vec<String> =
                list.into_iter().filter(|w| !w.starts_with("--")).collect();
            sources.pop();
            stage
                .copies
                .extend(sources.into_iter().filter(|source| !source.contains("://")));
        }
        "CMD" => stage.command = Some(said.safe_text("command", &command(rest), line)),
        "ENTRYPOINT" => {
            stage.entrypoint = Some(said.safe_text("command", &command(rest), line));
            stage.command = None;
        }
        "HEALTHCHECK" => stage.health = !rest.eq_ignore_ascii_case("none"),
        "VOLUME" => stage.volume = true,
        "WORKDIR" => stage.folder = rest.to_string(),
        "LABEL" => {
            for word in words(rest) {
                if let Some((name, value)) = word.split_once('=') {
                    let value = said.safe_text(name, value, line);
                    stage.labels.push((name.to_string(), value));
                }
            }
        }
        _ => {}
    }
}

fn exec_form(rest: &str) -> Option<Vec<String>> {
    let at = rest.find('[')?;
    if !rest[..at]
        .split_whitespace()
        .all(|word| word.starts_with("--"))
    {
        return None;
    }
    let tree = yaml::read(&rest[at..]);
    let items = tree.documents.first()?.items();
    let texts = items.iter().filter_map(yaml::Node::text);
    Some(texts.map(str::to_string).collect())
}

fn command(rest: &str) -> String {
    exec_form(rest).map_or_else(|| rest.to_string(), |words| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Workload {
        let path = "web/Dockerfile";
        let facts = read(SourceText { path, text });
        facts
            .seen
            .into_iter()
            .find_map(|seen| match seen.what {
                Observation::Workload(workload) => Some(*workload),
                _ => None,
            })
            .unwrap()
    }

    #[test]
    fn stages_arguments_and_commands() {
        let found = one(r#"# syntax=docker/dockerfile:1
ARG BASE=node:20
FROM ${BASE}-alpine AS build
COPY package.json src/ /app/
RUN <<EOF
FROM nothing
EOF
RUN npm ci && \
    # a comment within
    npm run build
FROM $BASE as run
ARG PORT=8080
ENV PORT=$PORT NAME="a b" \
    URL=http://api:80
ENV OLD style value
ENV SECRET_TOKEN=abcd-1234-efgh-5678
COPY --from=build /app /app
COPY ["extra dir", "/x"]
EXPOSE $PORT 9000/tcp
HEALTHCHECK CMD curl -f http://localhost/
ENTRYPOINT ["node"]
CMD ["server.js", "--port=8080"]
"#);
        assert_eq!(found.image, Some(Value::text("node:20")));
        assert_eq!(found.name, "web");
        assert_eq!(found.ports, [8080, 9000]);
        assert_eq!(found.command.as_deref(), Some("node server.js --port=8080"));
        let env: Vec<_> = found
            .env
            .iter()
            .map(|(k, v, line)| (k.as_str(), v.known(), *line))
            .collect();
        assert_eq!(
            env,
            [
                ("PORT", Some("8080"), 13),
                ("NAME", Some("a b"), 13),
                ("URL", Some("http://api:80"), 13),
                ("OLD", Some("style value"), 15),
                ("SECRET_TOKEN", None, 16),
            ]
        );
        let copies: Vec<_> = found.labels.iter().map(|(_, v)| v.as_str()).collect();
        assert_eq!(copies, ["package.json", "src/", "extra dir"]);
        assert!(found.health);
    }

    #[test]
    fn names_of_files() {
        let takes = FRONT.takes;
        for path in [
            "Dockerfile",
            "a/Dockerfile.dev",
            "a/web.Dockerfile",
            "Containerfile",
            "x/dockerfile-prod",
        ] {
            assert!(takes(path), "{path}");
        }
        for path in [
            "a/dockerfile.go",
            "docker-compose.yml",
            "Dockerfile.md",
            "my-dockerfiles/x",
        ] {
            assert!(!takes(path), "{path}");
        }
    }
}
