//! Definitions for coding agents: one text each, in the form that each program reads.

use render::artifact::GENERATED_BY;
use render::{Artifact, Marker};
use serde_json::{Map, Value, json};

/// A program that coding agents run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Claude,
    Cursor,
    Codex,
    Copilot,
}

/// How a program writes its list of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON, under this key.
    Json(&'static str),
    /// TOML, under `mcp_servers`.
    Toml,
}

macro_rules! text {
    ($id:literal) => {
        ($id, include_str!(concat!("../../../agents/", $id, ".md")))
    };
}

const SKILL: (&str, &str) = text!("skill");
const AGENTS: &[(&str, &str)] = &[
    text!("backend-architect"),
    text!("code-researcher"),
    text!("database-specialist"),
    text!("security-reviewer"),
    text!("performance-analyst"),
];

/// The server as every program starts it, in the project's folder.
const SERVER: &str = "groundplan";
const ARGUMENTS: [&str; 2] = ["mcp", "."];

impl Program {
    pub const ALL: [Program; 4] = [
        Program::Claude,
        Program::Cursor,
        Program::Codex,
        Program::Copilot,
    ];

    /// As the command line names it.
    pub fn id(self) -> &'static str {
        match self {
            Program::Claude => "claude",
            Program::Cursor => "cursor",
            Program::Codex => "codex",
            Program::Copilot => "copilot",
        }
    }

    fn skill(self) -> &'static str {
        match self {
            Program::Claude => ".claude/skills/groundplan/SKILL.md",
            Program::Cursor => ".cursor/skills/groundplan/SKILL.md",
            Program::Codex => ".agents/skills/groundplan/SKILL.md",
            Program::Copilot => ".github/skills/groundplan/SKILL.md",
        }
    }

    fn agent(self, id: &str) -> String {
        match self {
            Program::Claude => format!(".claude/agents/{id}.md"),
            Program::Cursor => format!(".cursor/agents/{id}.md"),
            Program::Codex => format!(".codex/agents/{id}.toml"),
            Program::Copilot => format!(".github/agents/{id}.agent.md"),
        }
    }

    /// The file with its list of servers, and how that is written.
    pub fn servers(self) -> (&'static str, Notation) {
        match self {
            Program::Claude => (".mcp.json", Notation::Json("mcpServers")),
            Program::Cursor => (".cursor/mcp.json", Notation::Json("mcpServers")),
            Program::Codex => (".codex/config.toml", Notation::Toml),
            Program::Copilot => (".vscode/mcp.json", Notation::Json("servers")),
        }
    }
}

/// The files of the skill and the agents. They carry the marker, so that an edited one is recognised.
pub fn files(program: Program, version: &str) -> Vec<Artifact> {
    let marker = format!(
        "{GENERATED_BY} its agent definitions, version {version}; to change it take this line out; do not edit."
    );
    let mut files = vec![Artifact {
        path: program.skill().to_string(),
        content: front_matter("groundplan", SKILL.1, &marker),
        sources: Vec::new(),
        marker: Marker::Hash,
    }];
    for (id, text) in AGENTS {
        let content = match program {
            Program::Codex => toml_agent(id, text, &marker),
            _ => front_matter(id, text, &marker),
        };
        files.push(Artifact {
            path: program.agent(id),
            content,
            sources: Vec::new(),
            marker: Marker::Hash,
        });
    }
    files
}

/// The first line is the description, the rest the text.
fn parts(text: &str) -> (&str, &str) {
    let (description, rest) = text.split_once('\n').unwrap_or((text, ""));
    (description.trim(), rest.trim_start())
}

fn front_matter(name: &str, text: &str, marker: &str) -> String {
    let (description, rest) = parts(text);
    let description = syntax::scalar::show(&Value::from(description), false);
    format!("---\n# {marker}\nname: {name}\ndescription: {description}\n---\n\n{rest}")
}

fn toml_agent(name: &str, text: &str, marker: &str) -> String {
    let (description, rest) = parts(text);
    // JSON's escapes are TOML's; a literal block keeps the text readable.
    let description = Value::from(description);
    format!(
        "# {marker}\nname = \"{name}\"\ndescription = {description}\ndeveloper_instructions = '''\n{rest}'''\n"
    )
}

/// What becomes of a list of servers.
#[derive(Debug, Clone, PartialEq)]
pub enum Entered {
    /// The whole new text.
    Written(String),
    /// It is there already, as it should be.
    Same,
    /// Another server of that name is there, or the file cannot be read: why, and what to add by hand.
    Left { why: String, add: String },
}

/// Enters the server into a list; everything else in it stays.
pub fn enter(notation: Notation, there: Option<&str>) -> Entered {
    match notation {
        Notation::Json(key) => enter_json(key, there),
        Notation::Toml => enter_toml(there),
    }
}

fn enter_json(key: &str, there: Option<&str>) -> Entered {
    let server = match key {
        // This form asks for the kind of server.
        "servers" => json!({"type": "stdio", "command": "groundplan", "args": ARGUMENTS}),
        _ => json!({"command": "groundplan", "args": ARGUMENTS}),
    };
    let add = json!({ key: { SERVER: server } }).to_string();
    let left = |why: String| Entered::Left {
        why,
        add: add.clone(),
    };
    let mut root = match there.map(str::trim).filter(|t| !t.is_empty()) {
        None => Map::new(),
        Some(text) => match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(root)) => root,
            Ok(_) => return left("it is no JSON object".into()),
            Err(e) => return left(format!("it cannot be read as JSON: {e}")),
        },
    };
    let list = root.entry(key).or_insert_with(|| json!({}));
    let Some(list) = list.as_object_mut() else {
        return left(format!("`{key}` in it is no object"));
    };
    match list.get(SERVER) {
        Some(known) if *known == server => return Entered::Same,
        Some(_) => return left("it has another server of that name".into()),
        None => list.insert(SERVER.into(), server),
    };
    match serde_json::to_string_pretty(&root) {
        Ok(text) => Entered::Written(text + "\n"),
        Err(e) => left(e.to_string()),
    }
}

/// A table at the end changes nothing before it, so the text stays as it is, comments and all.
fn enter_toml(there: Option<&str>) -> Entered {
    let arguments = ARGUMENTS.map(|a| format!("\"{a}\"")).join(", ");
    let add = format!("[mcp_servers.{SERVER}]\ncommand = \"groundplan\"\nargs = [{arguments}]\n");
    let there = there.unwrap_or("");
    let left = |why: &str| Entered::Left {
        why: why.to_string(),
        add: add.clone(),
    };
    let Ok(table) = there.parse::<toml::Table>() else {
        return left("it cannot be read as TOML");
    };
    let known = table.get("mcp_servers").and_then(|s| s.get(SERVER));
    let wanted = add.parse::<toml::Table>().ok();
    let wanted = wanted
        .as_ref()
        .and_then(|w| w.get("mcp_servers")?.get(SERVER));
    match known {
        Some(known) if Some(known) == wanted => return Entered::Same,
        Some(_) => return left("it has another server of that name"),
        None => {}
    }
    let gap = match there {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let text = format!("{there}{gap}{add}");
    match text.parse::<toml::Table>() {
        Ok(_) => Entered::Written(text),
        Err(_) => left("`mcp_servers` is written in one line there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Fate, fate, seal, untouched};

    #[test]
    fn every_file_is_sealed_and_an_edit_is_noticed() {
        for program in Program::ALL {
            let all = files(program, "1.2.3");
            assert_eq!(all.len(), 1 + AGENTS.len());
            for file in &all {
                let text = seal(file);
                assert!(untouched(&text), "{}\n{text}", file.path);
                let edited = format!("{text}And this.\n");
                assert_eq!(fate(&text, Some(edited.as_bytes())), Fate::Keep);
                if file.path.ends_with(".toml") {
                    let table: toml::Table = text.parse().expect("TOML");
                    assert!(table.contains_key("developer_instructions"));
                } else {
                    let (head, body) = text[4..].split_once("\n---\n").expect("front matter");
                    let head = syntax::tree::parse(0, head);
                    assert!(head.faults.is_empty(), "{}: {:?}", file.path, head.faults);
                    let description = head
                        .root
                        .and_then(|r| Some(r.get("description")?.text()?.len()));
                    assert!(
                        description.is_some_and(|d| (40..1024).contains(&d)),
                        "{}",
                        file.path
                    );
                    assert!(body.len() > 200);
                }
            }
        }
    }

    #[test]
    fn definitions_are_short() {
        for (id, text) in AGENTS.iter().chain([&SKILL]) {
            let words = text.split_whitespace().count();
            assert!(words < 450, "{id} has {words} words");
        }
    }

    #[test]
    fn a_list_of_servers_keeps_what_is_in_it() {
        let key = Notation::Json("mcpServers");
        let Entered::Written(new) = enter(key, None) else {
            panic!()
        };
        assert_eq!(enter(key, Some(&new)), Entered::Same);
        let other = r#"{"mcpServers": {"x": {"command": "x"}}, "more": [1]}"#;
        let Entered::Written(both) = enter(key, Some(other)) else {
            panic!()
        };
        let both: Value = serde_json::from_str(&both).expect("JSON");
        assert_eq!(both["mcpServers"]["x"]["command"], "x");
        assert_eq!(
            (
                &both["more"][0],
                &both["mcpServers"]["groundplan"]["args"][0]
            ),
            (&json!(1), &json!("mcp"))
        );
        for bad in [
            r#"{"mcpServers": {"groundplan": {"command": "y"}}}"#,
            "// words\n{}",
            "[]",
            r#"{"mcpServers": 1}"#,
        ] {
            assert!(
                matches!(enter(key, Some(bad)), Entered::Left { .. }),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_toml_list_keeps_its_comments() {
        let there = "# mine\nmodel = \"m\"\n[mcp_servers.x]\ncommand = \"x\" # why";
        let Entered::Written(text) = enter(Notation::Toml, Some(there)) else {
            panic!()
        };
        assert!(text.starts_with(there) && text.contains("[mcp_servers.groundplan]"));
        assert_eq!(enter(Notation::Toml, Some(&text)), Entered::Same);
        for bad in [
            "mcp_servers = {x = {command = \"x\"}}",
            "[mcp_servers.groundplan]\ncommand = \"z\"",
            "= =",
        ] {
            assert!(
                matches!(enter(Notation::Toml, Some(bad)), Entered::Left { .. }),
                "{bad}"
            );
        }
    }
}
