//! Findings for a terminal: the line, a caret under the exact characters, why and what to do.

use crate::source::{Sources, floor};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use model::{Finding, Place, Severity};
use std::borrow::Cow;

/// How findings are shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// ANSI colours.
    pub colour: bool,
    /// Columns of the terminal; longer lines are cut around the caret.
    pub width: usize,
    /// Box-drawing characters instead of ASCII.
    pub unicode: bool,
}

impl Default for Look {
    fn default() -> Self {
        Look {
            colour: false,
            width: 100,
            unicode: false,
        }
    }
}

/// Most lines shown of one place.
const MAX_LINES: usize = 3;
/// Most characters of one line that are handed on; the caret is always among them.
const MAX_LINE: usize = 400;

/// All findings, grouped by file in the order of file, line and rule, then a summary line.
pub fn render(findings: &[Finding], sources: &Sources, look: Look) -> String {
    let mut order: Vec<&Finding> = findings.iter().collect();
    let number = |f: &Finding| {
        f.place
            .file
            .as_deref()
            .map(|name| sources.index_of(name).unwrap_or(usize::MAX))
    };
    order.sort_by(|a, b| {
        let key = |f: &Finding| {
            (
                number(f).is_none(),
                number(f),
                f.place.file.clone(),
                f.place.span.map(|s| s.start),
            )
        };
        (key(a), &a.rule, &a.message).cmp(&(key(b), &b.rule, &b.message))
    });
    let mut out = String::new();
    for finding in order {
        out.push_str(&one(finding, sources, look));
        out.push_str("\n\n");
    }
    out.push_str(&summary(findings));
    out.push('\n');
    out
}

/// `2 blockers, 1 minor in 2 files`, or that there is nothing.
pub fn summary(findings: &[Finding]) -> String {
    let mut parts = Vec::new();
    for (severity, word) in [
        (Severity::Blocker, "blocker"),
        (Severity::Major, "major"),
        (Severity::Minor, "minor"),
        (Severity::Note, "note"),
    ] {
        let count = findings
            .iter()
            .filter(|f| f.severity == severity && f.waived.is_none())
            .count();
        if count > 0 {
            let plural = if count > 1 && matches!(severity, Severity::Blocker | Severity::Note) {
                "s"
            } else {
                ""
            };
            parts.push(format!("{count} {word}{plural}"));
        }
    }
    let waived = findings.iter().filter(|f| f.waived.is_some()).count();
    if waived > 0 {
        parts.push(format!("{waived} waived"));
    }
    if parts.is_empty() {
        return "no findings".to_string();
    }
    let mut files: Vec<&str> = findings
        .iter()
        .filter_map(|f| f.place.file.as_deref())
        .collect();
    files.sort_unstable();
    files.dedup();
    match files.len() {
        0 => parts.join(", "),
        1 => format!("{} in {}", parts.join(", "), escape(files[0])),
        n => format!("{} in {n} files", parts.join(", ")),
    }
}

/// One finding without a final line break.
pub fn one(finding: &Finding, sources: &Sources, look: Look) -> String {
    let level = match finding.severity {
        Severity::Blocker => Level::ERROR.with_name("blocker"),
        Severity::Major => Level::ERROR.with_name("major"),
        Severity::Minor => Level::WARNING.with_name("minor"),
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(escape(&finding.message).into_owned())
        .id(escape(&finding.rule).into_owned());
    let mut group = Group::with_title(title);
    match excerpt(&finding.place, sources) {
        Some(excerpt) => group = group.element(excerpt.element(AnnotationKind::Primary, None)),
        None => {
            let place = match (&finding.place.file, finding.place.path.as_str()) {
                (Some(file), "") => file.clone(),
                (Some(file), path) => format!("{file}: {path}"),
                (None, path) => path.to_string(),
            };
            if !place.is_empty() {
                group = group.element(Origin::path(escape(&place).into_owned()));
            }
        }
    }
    let mut notes = Vec::new();
    for related in &finding.related {
        let message = escape(&related.message).into_owned();
        match excerpt(&related.place, sources) {
            Some(excerpt) => {
                group = group.element(excerpt.element(AnnotationKind::Context, Some(message)))
            }
            None => notes.push(format!("{}: {message}", escape(&related.place.path))),
        }
    }
    for note in notes {
        group = group.element(Level::NOTE.message(note));
    }
    for evidence in &finding.evidence {
        let source = evidence
            .source
            .as_ref()
            .map(|s| format!(" ({})", escape(s)))
            .unwrap_or_default();
        group = group.element(Level::NOTE.message(format!("{}{source}", escape(&evidence.text))));
    }
    if !finding.why.is_empty() {
        group = group.element(
            Level::NOTE
                .with_name("why")
                .message(escape(&finding.why).into_owned()),
        );
    }
    if !finding.remedy.is_empty() {
        group = group.element(Level::HELP.message(escape(&finding.remedy).into_owned()));
    }
    if let Some(reason) = &finding.waived {
        group = group.element(
            Level::NOTE
                .with_name("waived")
                .message(escape(reason).into_owned()),
        );
    }
    let renderer = if look.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let decor = if look.unicode {
        DecorStyle::Unicode
    } else {
        DecorStyle::Ascii
    };
    renderer
        .term_width(look.width.max(40))
        .decor_style(decor)
        .render(&[group])
}

/// Text without characters that a terminal would obey: they are written `\u{1b}`, `\r`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(dangerous) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| {
        if dangerous(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    });
    Cow::Owned(escaped.collect())
}

/// Controls, and marks that turn the direction of text (CVE-2021-42574).
fn dangerous(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A few lines of a file and the bytes in them that are meant.
struct Excerpt {
    text: String,
    first_line: usize,
    from: usize,
    to: usize,
    name: String,
}

impl Excerpt {
    fn element(self, kind: AnnotationKind, label: Option<String>) -> Element<'static> {
        Snippet::source(self.text)
            .line_start(self.first_line)
            .path(self.name)
            .annotation(kind.span(self.from..self.to).label(label))
            .into()
    }
}

fn excerpt(place: &Place, sources: &Sources) -> Option<Excerpt> {
    let (name, span) = (place.file.as_deref()?, place.span?);
    let source = sources.text_of(name).filter(|text| !text.is_empty())?;
    let start = floor(source, span.start);
    let end = floor(source, span.end.max(start));
    let line_start = source[..start].rfind('\n').map_or(0, |i| i + 1);
    let mut text = String::new();
    let (mut from, mut to) = (0, 0);
    let mut at = line_start;
    for (count, line) in source[line_start..]
        .split_inclusive('\n')
        .take(MAX_LINES)
        .enumerate()
    {
        if count > 0 && at >= end {
            break;
        }
        let body = line.trim_end_matches(['\n', '\r']);
        if count > 0 {
            text.push('\n');
        }
        // A window around the caret stands for a very long line.
        let centre = if count == 0 { start - line_start } else { 0 };
        let (skip, take) = window(body, centre);
        let marks = |offset: usize| offset.saturating_sub(at).clamp(skip, take);
        let put = |upto: usize| escape(body.get(skip..upto).unwrap_or("")).len();
        if count == 0 {
            from = text.len() + put(marks(start));
        }
        to = text.len() + put(marks(end));
        text.push_str(&escape(&body[skip..take]));
        at += line.len();
    }
    if to <= from {
        to = from
            + text[from..]
                .chars()
                .next()
                .filter(|c| *c != '\n')
                .map_or(0, char::len_utf8);
    }
    Some(Excerpt {
        text,
        first_line: span.line,
        from,
        to,
        name: escape(name).into_owned(),
    })
}

/// The byte range of a line that is shown: all of it, or `MAX_LINE` bytes around `centre`.
fn window(line: &str, centre: usize) -> (usize, usize) {
    if line.len() <= 2 * MAX_LINE {
        return (0, line.len());
    }
    let from = floor(line, centre.saturating_sub(MAX_LINE / 2));
    (from, floor(line, from + MAX_LINE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::span_at;

    fn show(text: &str, needle: &str, look: Look) -> String {
        let mut sources = Sources::default();
        sources.add("a.yaml", text.to_string());
        let at = text.find(needle).unwrap();
        let mut finding = Finding::new("unknown-key", Severity::Blocker, "a", "bad \u{1b}[2J");
        finding.place = Place {
            path: "a".into(),
            file: Some("a.yaml".into()),
            span: Some(span_at(text, at, at + needle.len())),
        };
        render(&[finding.why("w").remedy("r")], &sources, look)
    }

    /// The columns of the carets, counted in characters after the gutter.
    fn carets(out: &str) -> (usize, usize) {
        let line = out.lines().find(|l| l.contains('^')).unwrap();
        let gutter = line.find('|').unwrap() + 2;
        let body: Vec<char> = line[gutter..].chars().collect();
        let first = body.iter().position(|c| *c == '^').unwrap();
        (first, body.iter().filter(|c| **c == '^').count())
    }

    #[test]
    fn carets_stand_under_the_exact_characters() {
        let out = show("größe: ábc def\n", "def", Look::default());
        assert_eq!(carets(&out), (11, 3), "{out}");
        assert!(out.contains("a.yaml:1:12"), "{out}");
        // A tab is shown four columns wide.
        let out = show("a:\tdef\n", "def", Look::default());
        assert_eq!(carets(&out), (6, 3), "{out}");
        assert!(out.contains("a.yaml:1:4"), "{out}");
    }

    #[test]
    fn controls_do_not_reach_the_terminal() {
        let out = show("a: \u{1b}[31mdef\u{202e}\n", "def", Look::default());
        assert!(
            !out.contains('\u{1b}') && !out.contains('\u{202e}'),
            "{out}"
        );
        assert!(out.contains("\\u{1b}[2J"), "{out}");
        assert_eq!(carets(&out).1, 3, "{out}");
        assert!(
            show(
                "def\n",
                "def",
                Look {
                    colour: true,
                    ..Look::default()
                }
            )
            .contains('\u{1b}')
        );
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("a: {}def{}\n", "x".repeat(5000), "y".repeat(5000));
        let out = show(&text, "def", Look::default());
        assert!(out.lines().all(|l| l.chars().count() < 160), "{out}");
        assert_eq!(carets(&out).1, 3, "{out}");
    }

    #[test]
    fn the_summary_counts() {
        let f = |s| Finding::new("x", s, "a", "m");
        assert_eq!(summary(&[]), "no findings");
        assert_eq!(
            summary(&[
                f(Severity::Blocker),
                f(Severity::Blocker),
                f(Severity::Minor)
            ]),
            "2 blockers, 1 minor"
        );
    }
}
