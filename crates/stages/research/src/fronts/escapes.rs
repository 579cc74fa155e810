//! Escapes of text literals, as Java, Kotlin, Go, Rust, C# and Ruby write them.

/// Undoes the escapes of a literal's inside. An escape that is not known stands for its character.
pub fn undone(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('a') => out.push('\u{7}'),
            Some('v') => out.push('\u{b}'),
            Some('e') => out.push('\u{1b}'),
            Some('s') => out.push(' '),
            // A line goes on.
            Some('\n') => {}
            Some('x') => rest = push_digits(&mut out, rest, 16, 2),
            Some('U') => rest = push_digits(&mut out, rest, 16, 8),
            Some('u') => {
                let mut after = rest.clone();
                while after.clone().next() == Some('u') {
                    after.next();
                }
                if let Some(inner) = after.as_str().strip_prefix('{') {
                    let after = push_digits(&mut out, inner.chars(), 16, 6);
                    rest = after
                        .as_str()
                        .strip_prefix('}')
                        .unwrap_or(after.as_str())
                        .chars();
                } else {
                    rest = push_digits(&mut out, after, 16, 4);
                }
            }
            Some(c @ '0'..='7') => {
                let back = rest.as_str();
                let mut digits = String::from(c);
                digits.extend(back.chars().take(2).take_while(|c| ('0'..='7').contains(c)));
                rest = back[digits.len() - 1..].chars();
                let code = u32::from_str_radix(&digits, 8).unwrap_or(0);
                out.extend(char::from_u32(code));
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

/// Reads at most `most` digits, pushes the character they stand for, and gives what follows.
fn push_digits<'t>(
    out: &mut String,
    rest: std::str::Chars<'t>,
    radix: u32,
    most: usize,
) -> std::str::Chars<'t> {
    let text = rest.as_str();
    let length = text
        .bytes()
        .take(most)
        .take_while(|byte| (*byte as char).is_digit(radix))
        .count();
    if let Ok(code) = u32::from_str_radix(&text[..length], radix) {
        // Half of a surrogate pair has no character of its own.
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }
    text[length..].chars()
}

#[cfg(test)]
mod tests {
    use super::undone;

    #[test]
    fn escapes() {
        for (written, meant) in [
            ("plain/{id}", "plain/{id}"),
            (r#"a\"b\\c"#, r#"a"b\c"#),
            (r"x\ny\tz", "x\ny\tz"),
            (r"\u0041\uuu0042\u{43}\x44\105", "ABCDE"),
            (r"\ud83d", "\u{fffd}"),
            (r"\$x\/", "$x/"),
            (r"\u", ""),
            ("\\", "\\"),
            (r"é\né", "é\né"),
            (r"\xé", "é"),
            (r"\1é", "\u{1}é"),
        ] {
            assert_eq!(undone(written), meant, "{written}");
        }
    }
}
