//! Files that are not one whole script: Vue's components, and scripts with a fault.

use crate::outline::At;

/// The text of `<script>` blocks, everything else as blanks, so that offsets stay.
pub fn scripts_alone(text: &str) -> String {
    let mut out: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == b'\n' { b'\n' } else { b' ' })
        .collect();
    let mut at = 0;
    while let Some(found) = text[at..].find("<script") {
        let tag = at + found;
        let Some(opened) = text[tag..].find('>') else {
            break;
        };
        let start = tag + opened + 1;
        let end = text[start..]
            .find("</script")
            .map_or(text.len(), |end| start + end);
        out[start..end].copy_from_slice(&text.as_bytes()[start..end]);
        at = end;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The top-level parts of a script, each with its offset. A part begins at a line that begins with
/// code, as people and formatters write it.
pub fn parts(text: &str) -> Vec<(At, &str)> {
    let mut starts = vec![0];
    let mut decorated = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let continues = line
            .starts_with(|first: char| first.is_whitespace() || "})].?:&|+`*,;".contains(first))
            || ["else", "catch", "finally"]
                .iter()
                .any(|word| line.starts_with(word));
        let closes_decorators = ["export", "class", "abstract", "@"]
            .iter()
            .any(|word| line.starts_with(word));
        if !(continues || decorated && closes_decorators) && at > 0 {
            starts.push(at);
        }
        if !continues {
            decorated = line.starts_with('@');
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| (*start as At, &text[*start..end]))
        .filter(|(_, part)| !part.trim().is_empty())
        .collect()
}
