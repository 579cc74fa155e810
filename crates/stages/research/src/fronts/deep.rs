//! Room on the stack for nested source.
//!
//! A recursive parser needs stack in proportion to how deep its input nests, and a thread of a pool has
//! two megabytes. Depth is bounded from above by counting before the parser starts, and what nests
//! deeper than [`MOST`] is refused.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Levels beyond which a file is nothing that a person or a generator wrote.
const MOST: usize = 20_000;

/// Stack that a parser takes for one level; a debug build's frames are several times as large.
const PER_LEVEL: usize = if cfg!(debug_assertions) {
    48 * 1024
} else {
    12 * 1024
};

const FLOOR: usize = 8 * 1024 * 1024;

/// Words that stand before an operand or a statement, and may stand before each other.
static PREFIXES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [
        "else", "new ", "typeof", "await", "void", "delete", "yield", "async", "not ", "lambda",
    ];
    AhoCorasick::new(words).ok()
});

/// A bound of how deep brackets and operators nest. Texts and comments are counted like code: the
/// bound may be too high, and then memory is reserved that is never touched.
pub fn levels(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut open, mut pending, mut deepest) = (0usize, 0usize, 0usize);
    let mut outer: Vec<usize> = Vec::new();
    let mut last = Sign::Ends;
    for (index, &byte) in bytes.iter().enumerate() {
        let sign = SIGNS[usize::from(byte)];
        match sign {
            Sign::Other => {}
            Sign::Blank => continue,
            Sign::Opening => {
                outer.push(pending);
                open += 1 + pending;
                pending = 0;
            }
            Sign::Closing => {
                pending = outer.pop().unwrap_or(0);
                open = open.saturating_sub(1 + pending);
            }
            Sign::Ends => pending = 0,
            Sign::Line => {
                if pending > 0 && last != Sign::Operator {
                    let rest = bytes[index..].iter();
                    let mut signs = rest.map(|byte| SIGNS[usize::from(*byte)]);
                    let next = signs.find(|sign| !matches!(sign, Sign::Blank | Sign::Line));
                    if next != Some(Sign::Operator) {
                        pending = 0;
                    }
                }
                continue;
            }
            Sign::Operator => pending += 1,
        }
        deepest = deepest.max(open + pending);
        last = sign;
    }
    let words = PREFIXES
        .as_ref()
        .map_or(0, |words| words.find_iter(text).count());
    deepest + words
}

/// What a byte means for the depth.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Other,
    Blank,
    Line,
    Opening,
    Closing,
    /// Ends an expression.
    Ends,
    /// `!`, `~`, signs, `?:`, `=`, `=>` and `<` open something that ends with its operand.
    Operator,
}

static SIGNS: [Sign; 256] = {
    let mut signs = [Sign::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        signs[byte] = match byte as u8 {
            b'\n' => Sign::Line,
            blank if blank.is_ascii_whitespace() => Sign::Blank,
            b'(' | b'[' | b'{' => Sign::Opening,
            b')' | b']' | b'}' => Sign::Closing,
            b';' | b',' => Sign::Ends,
            b'!' | b'~' | b'-' | b'+' | b'?' | b'=' | b'<' | b':' | b'*' => Sign::Operator,
            _ => Sign::Other,
        };
        byte += 1;
    }
    signs
};

/// Runs with a stack that is enough for a text, and for so many levels at least.
pub fn with_room_for<T>(text: &str, at_least: usize, run: impl FnOnce() -> T) -> Option<T> {
    // No text nests deeper than it is long: of a short one nothing need be counted.
    let most = text.len().max(at_least);
    let left = stacker::remaining_stack().unwrap_or(0);
    if most <= MOST && left >= FLOOR + most * PER_LEVEL {
        return Some(run());
    }
    with_room(levels(text).max(at_least), run)
}

/// Runs with a stack that is enough for `levels`; nothing where they are too many.
pub fn with_room<T>(levels: usize, run: impl FnOnce() -> T) -> Option<T> {
    if levels > MOST {
        return None;
    }
    let wanted = FLOOR + levels * PER_LEVEL;
    Some(stacker::maybe_grow(wanted, wanted, run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_never_too_few() {
        let table = [
            ("", 0),
            ("f(a)[b]", 1),
            ("((()))", 3),
            ("!!!!x", 4),
            ("!\n!\n!x", 3),
            ("a => b => c", 2),
            ("f(!g(!h(1)))", 5),
            ("}}}}((", 2),
            ("x = 1; y = 2; z = 3", 1),
            ("x = 1\ny = 2\nz = 3", 1),
            ("a\n ? b\n : c\n ? d\n : e", 4),
            ("{a: 1, b: 2, c: 3}", 2),
            ("if (a) {} else if (b) {} else if (c) {}", 3),
        ];
        for (text, expected) in table {
            assert_eq!(levels(text), expected, "{text}");
        }
    }

    #[test]
    fn absurd_depth_is_refused() {
        assert_eq!(with_room(MOST + 1, || 1), None);
        assert_eq!(with_room(3, || 1), Some(1));
    }
}
