//! Where the text of a brief stands: in a file of its own, or in place under `brief:` of an
//! architecture, from where it is taken out to be edited and put back.

use syntax::tree;

/// Edits the brief that stands in place in an architecture's text. Everything else, and every
/// comment, stays.
///
/// # Errors
/// Where there is no brief in block form, or `change` fails.
pub fn edit_in_place(
    text: &str,
    change: impl FnOnce(&str) -> Result<String, String>,
) -> Result<String, String> {
    let (start, end, indent) = block(text)
        .ok_or("the brief stands on one line; write it on lines of its own below `brief:`")?;
    let taken: String = text[start..end]
        .split_inclusive('\n')
        .map(|line| {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            &line[spaces.min(indent)..]
        })
        .collect();
    let margin = " ".repeat(indent);
    let mut back = String::with_capacity(text.len());
    back.push_str(&text[..start]);
    for line in change(&taken)?.split_inclusive('\n') {
        if !line.trim().is_empty() {
            back.push_str(&margin);
        }
        back.push_str(line);
    }
    if !back.ends_with('\n') {
        back.push('\n');
    }
    back.push_str(&text[end..]);
    Ok(back)
}

/// The lines below `brief:` as a byte range, and how far they are indented.
fn block(text: &str) -> Option<(usize, usize, usize)> {
    let root = tree::parse(0, text).root?;
    let (key, node) = root.as_map()?.entry("brief")?;
    node.as_map()?;
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |i| from + i + 1);
    let start = line_end(key.span.end);
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut indent = None;
    let mut end = start;
    let mut at = start;
    while at < text.len() {
        let next = line_end(at);
        let line = &text[at..next];
        let blank = line.trim().is_empty();
        let comment = line.trim_start().starts_with('#');
        if !blank && !comment && indent_of(line) == 0 {
            break;
        }
        if !blank && !comment && indent.is_none() {
            indent = Some(indent_of(line));
        }
        // Blank lines and comments at the margin behind the brief belong to what follows.
        if !blank && indent_of(line) > 0 {
            end = next;
        }
        at = next;
    }
    indent.map(|indent| (start, end, indent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_the_brief_stays() {
        let text = "# Ours.\nbrief:\n  # in it\n  name: a\n  scale:\n    users: 3\n\n# behind\nstyle: monolith\n";
        let same = edit_in_place(text, |brief| {
            assert_eq!(brief, "# in it\nname: a\nscale:\n  users: 3\n");
            Ok(brief.to_string())
        });
        assert_eq!(same.as_deref(), Ok(text));
        let more = edit_in_place(text, |brief| Ok(format!("{brief}form: service\n")));
        assert_eq!(
            more,
            Ok(text.replace("    users: 3\n", "    users: 3\n  form: service\n"))
        );
        let last = edit_in_place("brief:\n  name: a", |brief| {
            Ok(format!("{brief}\nform: b\n"))
        });
        assert_eq!(last.as_deref(), Ok("brief:\n  name: a\n  form: b\n"));
    }

    #[test]
    fn a_brief_on_one_line_is_refused() {
        for text in [
            "brief: {name: a}\n",
            "brief: other.yaml\n",
            "style: monolith\n",
        ] {
            assert!(
                edit_in_place(text, |b| Ok(b.to_string())).is_err(),
                "{text}"
            );
        }
    }
}
