//! Gradle: `build.gradle`, `build.gradle.kts` and `settings.gradle`, read as text, not run.
//!
//! A dependency is what stands after a word that ends like a configuration (`implementation`,
//! `testRuntimeOnly`, `kapt`): coordinates, a project, an entry of the version catalogue. Versions held in
//! variables of the file are put in.

use super::said::{Said, folder};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};

pub const FRONT: Front = Front {
    id: "gradle",
    takes: |path| {
        let name = name_of(path);
        let script = name.ends_with(".gradle") || name.ends_with(".gradle.kts");
        script && !path.contains("init.d/")
    },
    reads: Reads::Format(read),
};

/// How names of configurations end, in lower case.
const CONFIGURATIONS: &[&str] = &[
    "implementation",
    "api",
    "compile",
    "runtime",
    "compileonly",
    "runtimeonly",
    "providedcompile",
    "annotationprocessor",
    "kapt",
    "ksp",
    "developmentonly",
    "classpath",
    "mavenbom",
    "provided",
];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
    NewLine,
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tokens = tokens(source.text);
    let variables = variables(&tokens);
    let settings = name_of(source.path).starts_with("settings.");
    let kotlin = source.text.contains("kotlin(\"jvm\")")
        || source.text.contains("org.jetbrains.kotlin")
        || source.text.contains("kotlin-stdlib");
    let here = folder(source.path);
    let mut module = Module {
        name: here.rsplit('/').next().unwrap_or("").to_string(),
        language: if kotlin { "kotlin" } else { "java" }.to_string(),
        ..Module::default()
    };
    let mut at = 0;
    while at < tokens.len() {
        let (Token::Word(word), line) = &tokens[at] else {
            at += 1;
            continue;
        };
        let start = at == 0
            || matches!(
                tokens[at - 1].0,
                Token::NewLine | Token::Mark('{' | '}' | ';')
            );
        let rest = &tokens[at + 1..];
        match word.as_str() {
            "include" | "includeFlat" if settings && start => {
                let texts = statement(rest)
                    .iter()
                    .filter_map(|(token, _)| text_of(token));
                module.aggregates.extend(texts.map(str::to_string));
            }
            "rootProject.name" | "baseName" | "archivesBaseName" | "archiveBaseName" => {
                if let Some(text) = first_text(rest) {
                    module.name = text.to_string();
                }
            }
            "mainClass" | "mainClassName" | "mainClass.set" => {
                module.starts = first_text(rest).map(str::to_string);
            }
            // plugins { id 'x' version 'y' }, kotlin("jvm"), apply plugin: 'x'
            "id" | "plugin" | "alias" if !settings => {
                let text = first_text(rest).map(str::to_string);
                let name = text.or_else(|| first_word(rest).filter(|w| w.starts_with("libs.")));
                if let Some(name) = name {
                    let version = after_word(rest, "version").map(|v| filled(&v, &variables));
                    push(
                        &format!("plugin:{name}"),
                        version,
                        false,
                        *line,
                        &mut module,
                    );
                }
            }
            word if start && !settings && is_configuration(word) => {
                let test = word.to_ascii_lowercase().contains("test");
                let of = statement(rest);
                dependencies(of, test, *line, &variables, &mut module);
            }
            _ => {}
        }
        at += 1;
    }
    if !module.dependencies.is_empty() || !module.aggregates.is_empty() || !settings {
        said.say(1, Observation::Module(module));
    }
    said.done()
}

fn is_configuration(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    CONFIGURATIONS.iter().any(|of| lower.ends_with(of)) && !word.contains('.')
}

fn tokens(text: &str) -> Vec<(Token, u32)> {
    let mut out = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        if c == '\n' {
            out.push((Token::NewLine, line));
            line += 1;
        } else if rest.starts_with("//") {
            length = rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            length = rest.find("*/").map_or(rest.len(), |at| at + 2);
            line += rest[..length].matches('\n').count() as u32;
        } else if c == '"' || c == '\'' {
            let long = rest[1..].starts_with(&String::from(c).repeat(2));
            let mark = if long {
                String::from(c).repeat(3)
            } else {
                String::from(c)
            };
            let from = mark.len();
            let end = match long {
                true => rest[from..].find(&mark),
                // A text of one line that does not end, ends with its line.
                false => rest[from..].find(['\n', c]),
            };
            let end = end.map_or(rest.len(), |at| at + from);
            out.push((Token::Text(rest[from..end].to_string()), line));
            line += rest[from..end].matches('\n').count() as u32;
            let closed = rest[end..].starts_with(c);
            length = if closed { end + mark.len() } else { end };
        } else if c.is_alphanumeric() || c == '_' || c == '`' {
            let word = |x: char| !(x.is_alphanumeric() || x == '_' || x == '.' || x == '`');
            length = rest.find(word).unwrap_or(rest.len());
            out.push((Token::Word(rest[..length].replace('`', "")), line));
        } else if !c.is_whitespace() {
            out.push((Token::Mark(c), line));
        }
        rest = &rest[length.min(rest.len())..];
    }
    out
}

/// The tokens up to the end of the statement: a line that does not go on.
fn statement(tokens: &[(Token, u32)]) -> &[(Token, u32)] {
    let mut depth = 0i32;
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[') => depth += 1,
            Token::Mark(')' | ']') => depth -= 1,
            Token::Mark('{' | '}' | ';') if depth <= 0 => return &tokens[..at],
            Token::NewLine if depth <= 0 => {
                let goes_on = at > 0 && tokens[at - 1].0 == Token::Mark(',');
                if !goes_on {
                    return &tokens[..at];
                }
            }
            _ => {}
        }
        if depth < 0 || at > 2_000 {
            return &tokens[..at];
        }
    }
    tokens
}

fn text_of(token: &Token) -> Option<&str> {
    match token {
        Token::Text(text) => Some(text),
        _ => None,
    }
}

fn first_text(tokens: &[(Token, u32)]) -> Option<&str> {
    statement(tokens)
        .iter()
        .find_map(|(token, _)| text_of(token))
}

fn first_word(tokens: &[(Token, u32)]) -> Option<String> {
    statement(tokens).iter().find_map(|(token, _)| match token {
        Token::Word(word) => Some(word.clone()),
        _ => None,
    })
}

/// The text after a word of the statement: `group: 'a'`, `version "1"`.
fn after_word(tokens: &[(Token, u32)], wanted: &str) -> Option<String> {
    let statement = statement(tokens);
    let at = statement
        .iter()
        .position(|(token, _)| matches!(token, Token::Word(word) if word == wanted))?;
    let mut rest = statement[at + 1..].iter();
    match rest.find(|(token, _)| !matches!(token, Token::Mark(':' | '=' | '(')))? {
        (Token::Text(text), _) => Some(text.clone()),
        (Token::Word(word), _) => Some(format!("${{{word}}}")),
        _ => None,
    }
}

type Variables = Vec<(String, String)>;

/// `def x = "1"`, `x = '1'`, `val x = "1"`, `set('x', "1")`, `extra["x"] = "1"`.
fn variables(tokens: &[(Token, u32)]) -> Variables {
    let mut out = Vec::new();
    for window in tokens.windows(4) {
        let [(a, _), (b, _), (c, _), (d, _)] = window else {
            continue;
        };
        match (a, b, c, d) {
            (Token::Word(name), Token::Mark('='), Token::Text(value), _) => {
                let name = name.rsplit('.').next().unwrap_or(name);
                out.push((name.to_string(), value.clone()));
            }
            (Token::Text(name), Token::Mark(','), Token::Text(value), Token::Mark(')'))
            | (Token::Text(name), Token::Mark(']'), Token::Mark('='), Token::Text(value)) => {
                out.push((name.clone(), value.clone()));
            }
            _ => {}
        }
    }
    out
}

fn filled(text: &str, variables: &Variables) -> String {
    let mut text = text.to_string();
    for _ in 0..8 {
        let Some(at) = text.find('$') else { break };
        let rest = &text[at + 1..];
        let (name, length) = match rest.strip_prefix('{') {
            Some(inner) => match inner.find('}') {
                Some(end) => (&inner[..end], end + 3),
                None => break,
            },
            None => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                let name = &rest[..end.unwrap_or(rest.len())];
                (name, name.len() + 1)
            }
        };
        let short = name.rsplit('.').next().unwrap_or(name);
        match variables.iter().find(|(known, _)| known == short) {
            Some((_, value)) => {
                let value = value.clone();
                text.replace_range(at..at + length, &value);
            }
            None => break,
        }
    }
    text
}

fn dependencies(
    of: &[(Token, u32)],
    test: bool,
    line: u32,
    variables: &Variables,
    module: &mut Module,
) {
    let named = |name: &str| after_word(of, name).map(|text| filled(&text, variables));
    if let (Some(group), Some(name)) = (named("group"), named("name")) {
        let name = format!("{group}:{name}");
        push(&name, named("version"), test, line, module);
        return;
    }
    for (at, (token, line)) in of.iter().enumerate() {
        match token {
            Token::Text(text) => {
                let before = at.checked_sub(2).map(|at| &of[at].0);
                let by = match before {
                    Some(Token::Word(word)) => word.as_str(),
                    _ => "",
                };
                match by {
                    "project" => push(text, None, test, *line, module),
                    "kotlin" => {
                        let name = format!("org.jetbrains.kotlin:kotlin-{text}");
                        push(&name, None, test, *line, module);
                    }
                    "files" | "fileTree" | "include" | "dir" => {}
                    _ => coordinates(&filled(text, variables), test, *line, module),
                }
            }
            Token::Word(word) if word.starts_with("libs.") || word.starts_with("projects.") => {
                let name = word.trim_end_matches(".get");
                push(name, None, test, *line, module);
            }
            _ => {}
        }
    }
}

/// `group:artifact:version`, `group:artifact`, `:project`.
fn coordinates(text: &str, test: bool, line: u32, module: &mut Module) {
    if text.starts_with(':') {
        return push(text, None, test, line, module);
    }
    let mut parts = text.split(':');
    let (Some(group), Some(artifact)) = (parts.next(), parts.next()) else {
        return;
    };
    let plain = |c: char| c.is_alphanumeric() || "._-${}".contains(c);
    if group.is_empty() || artifact.is_empty() || !group.chars().chain(artifact.chars()).all(plain)
    {
        return;
    }
    let version = parts
        .next()
        .map(|v| v.split('@').next().unwrap_or(v).to_string());
    push(&format!("{group}:{artifact}"), version, test, line, module);
}

fn push(name: &str, version: Option<String>, test: bool, line: u32, module: &mut Module) {
    let known = module
        .dependencies
        .iter()
        .any(|d| d.name == name && d.test == test);
    if !known && !name.is_empty() {
        module.dependencies.push(Dependency {
            name: name.to_string(),
            version,
            test,
            line,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str, text: &str) -> Module {
        let facts = read(SourceText { path, text });
        let found = facts.seen.into_iter().find_map(|seen| match seen.what {
            Observation::Module(module) => Some(module),
            _ => None,
        });
        found.unwrap()
    }

    fn names(module: &Module) -> Vec<(&str, &str, bool, u32)> {
        let dependencies = module.dependencies.iter();
        dependencies
            .map(|d| {
                (
                    d.name.as_str(),
                    d.version.as_deref().unwrap_or(""),
                    d.test,
                    d.line,
                )
            })
            .collect()
    }

    #[test]
    fn both_languages() {
        let groovy = module(
            "services/orders/build.gradle",
            r#"plugins {
  id 'org.springframework.boot' version '3.1.0'
}
def v = "1.2"
ext { set('cloud', "2023.0") }
/* implementation 'no:no:1' */
dependencies {
  implementation "a:b:$v", // c
      'c:d:${cloud}'
  compile("e:f") { exclude module: 'g:h' }
  testImplementation project(':common')
  implementation group: 'i', name: 'j', version: v
  implementation platform("k:bom:1"), libs.spring.web
  implementation fileTree(dir: 'libs', include: '*.jar')
}
application { mainClassName = 'x.Main' }
"#,
        );
        assert_eq!(
            names(&groovy),
            [
                ("plugin:org.springframework.boot", "3.1.0", false, 2),
                ("a:b", "1.2", false, 8),
                ("c:d", "2023.0", false, 9),
                ("e:f", "", false, 10),
                (":common", "", true, 11),
                ("i:j", "1.2", false, 12),
                ("k:bom", "1", false, 13),
                ("libs.spring.web", "", false, 13),
            ]
        );
        assert_eq!(
            (groovy.name.as_str(), groovy.starts.as_deref()),
            ("orders", Some("x.Main"))
        );

        let kotlin = module(
            "build.gradle.kts",
            "plugins { kotlin(\"jvm\") version \"1.9\"\n id(\"x.y\") }\nval v = \"3\"\ndependencies {\n  implementation(kotlin(\"stdlib\"))\n  api(\"a:b:$v\")\n  testImplementation(\"c:d\")\n}\n",
        );
        assert_eq!(kotlin.language, "kotlin");
        assert_eq!(
            names(&kotlin),
            [
                ("plugin:x.y", "", false, 2),
                ("org.jetbrains.kotlin:kotlin-stdlib", "", false, 5),
                ("a:b", "3", false, 6),
                ("c:d", "", true, 7),
            ]
        );
        let settings = module(
            "settings.gradle",
            "rootProject.name = 'shop'\ninclude 'orders',\n  ':libs:common'\n",
        );
        assert_eq!(settings.name, "shop");
        assert_eq!(settings.aggregates, ["orders", ":libs:common"]);
    }

    #[test]
    fn cut_off_files() {
        for text in [
            "dependencies { implementation('a:b",
            "dependencies { implementation \"a:b:${x",
            "'",
        ] {
            module("build.gradle", text);
        }
    }
}
