//! The regular expressions of fields: does a text match, and which text would.
//!
//! It knows classes, groups, alternatives, counts and anchors. A pattern with anything else gives
//! `None`, and the caller leaves the sample out rather than show a wrong one.

/// Longest text that is made, and most steps of a match.
const LONGEST: usize = 200;
const STEPS: usize = 20_000;

#[derive(Debug, Clone, PartialEq)]
enum Atom {
    /// Ranges of characters, and whether all others are meant.
    Class(Vec<(char, char)>, bool),
    Group(Vec<Vec<Piece>>),
}

#[derive(Debug, Clone, PartialEq)]
struct Piece {
    atom: Atom,
    min: usize,
    max: usize,
}

/// A pattern that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Vec<Vec<Piece>>);

struct Reader<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    depth: usize,
}

impl Pattern {
    pub fn parse(text: &str) -> Option<Pattern> {
        let mut reader = Reader {
            chars: text.chars().peekable(),
            depth: 0,
        };
        let all = reader.alternatives()?;
        reader.chars.next().is_none().then_some(Pattern(all))
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let mut steps = STEPS;
        self.0
            .iter()
            .any(|way| sequence(way, &chars, 0, &mut steps, &mut |at, _| at == chars.len()))
    }

    /// A short text that matches: counts at their least, characters of a class one after the other.
    pub fn sample(&self) -> Option<String> {
        let mut out = String::new();
        let mut turn = 0;
        write(self.0.first()?, &mut out, &mut turn)?;
        Some(out)
    }
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Option<Vec<Vec<Piece>>> {
        self.depth += 1;
        if self.depth > 20 {
            return None;
        }
        let mut all = vec![Vec::new()];
        while let Some(&c) = self.chars.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.chars.next();
                    all.push(Vec::new());
                }
                '^' | '$' => {
                    self.chars.next();
                }
                _ => {
                    let atom = self.atom()?;
                    let (min, max) = self.count()?;
                    all.last_mut()?.push(Piece { atom, min, max });
                }
            }
        }
        self.depth -= 1;
        Some(all)
    }

    fn atom(&mut self) -> Option<Atom> {
        let one = |c| Atom::Class(vec![(c, c)], false);
        Some(match self.chars.next()? {
            '.' => Atom::Class(vec![('a', 'z')], false),
            '[' => self.class()?,
            '(' => {
                if self.chars.peek() == Some(&'?') {
                    self.chars.next();
                    // Only the group that is not captured; looking ahead is not understood.
                    (self.chars.next()? == ':').then_some(())?;
                }
                let inner = self.alternatives()?;
                (self.chars.next()? == ')').then_some(())?;
                Atom::Group(inner)
            }
            '\\' => Atom::Class(escaped(self.chars.next()?)?, false),
            '*' | '+' | '?' | '{' => return None,
            c => one(c),
        })
    }

    fn class(&mut self) -> Option<Atom> {
        let negated = self.chars.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        loop {
            let c = self.chars.next()?;
            if c == ']' && !ranges.is_empty() {
                break;
            }
            if c == '\\' {
                ranges.extend(escaped(self.chars.next()?)?);
                continue;
            }
            if self.chars.peek() == Some(&'-') {
                self.chars.next();
                match self.chars.next()? {
                    ']' => {
                        ranges.extend([(c, c), ('-', '-')]);
                        break;
                    }
                    end if end >= c => ranges.push((c, end)),
                    _ => return None,
                }
            } else {
                ranges.push((c, c));
            }
        }
        Some(Atom::Class(ranges, negated))
    }

    fn count(&mut self) -> Option<(usize, usize)> {
        let found = match self.chars.peek() {
            Some('*') => (0, LONGEST),
            Some('+') => (1, LONGEST),
            Some('?') => (0, 1),
            Some('{') => {
                self.chars.next();
                let mut text = String::new();
                loop {
                    match self.chars.next()? {
                        '}' => break,
                        c => text.push(c),
                    }
                }
                let (least, most) = text.split_once(',').unwrap_or((&text, &text));
                let least = least.parse().ok()?;
                let most = if most.is_empty() {
                    LONGEST
                } else {
                    most.parse().ok()?
                };
                return (least <= most && most <= LONGEST).then_some((least, most));
            }
            _ => return Some((1, 1)),
        };
        self.chars.next();
        Some(found)
    }
}

fn escaped(c: char) -> Option<Vec<(char, char)>> {
    Some(match c {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        's' => vec![(' ', ' ')],
        c if c.is_ascii_alphanumeric() => return None,
        c => vec![(c, c)],
    })
}

fn is_in(c: char, ranges: &[(char, char)], negated: bool) -> bool {
    ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != negated
}

/// Matches the pieces from `at` on and asks `then` about each place where they may end.
fn sequence(
    pieces: &[Piece],
    text: &[char],
    at: usize,
    steps: &mut usize,
    then: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    match pieces.split_first() {
        None => then(at, steps),
        Some((piece, rest)) => repeat(piece, rest, 0, text, at, steps, then),
    }
}

#[allow(clippy::too_many_arguments)]
fn repeat(
    piece: &Piece,
    rest: &[Piece],
    done: usize,
    text: &[char],
    at: usize,
    steps: &mut usize,
    then: &mut dyn FnMut(usize, &mut usize) -> bool,
) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    if done < piece.max {
        let more = match &piece.atom {
            Atom::Class(ranges, negated) => text.get(at).is_some_and(|c| {
                is_in(*c, ranges, *negated)
                    && repeat(piece, rest, done + 1, text, at + 1, steps, then)
            }),
            Atom::Group(ways) => ways.iter().any(|way| {
                sequence(way, text, at, steps, &mut |end, steps| {
                    (end > at || done < piece.min)
                        && repeat(piece, rest, done + 1, text, end, steps, then)
                })
            }),
        };
        if more {
            return true;
        }
    }
    done >= piece.min && sequence(rest, text, at, steps, then)
}

fn write(pieces: &[Piece], out: &mut String, turn: &mut usize) -> Option<()> {
    for piece in pieces {
        // A little more than the least reads like a real value.
        let times = if piece.max > piece.min && piece.min < 4 && piece.max >= 4 {
            4
        } else {
            piece.min.max(usize::from(piece.max == 1))
        };
        for _ in 0..times {
            match &piece.atom {
                Atom::Group(ways) => write(ways.first()?, out, turn)?,
                Atom::Class(ranges, false) => {
                    let (a, b) = *ranges.first()?;
                    let width = b as u32 - a as u32 + 1;
                    // Digits begin at 1: a leading zero looks like a placeholder.
                    let step = u32::try_from(*turn).ok()? + u32::from(a == '0');
                    out.push(char::from_u32(a as u32 + step % width)?);
                    *turn += 1;
                }
                Atom::Class(ranges, true) => {
                    out.push(('a'..='z').find(|c| is_in(*c, ranges, true))?);
                }
            }
            if out.len() > LONGEST {
                return None;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_match_their_pattern() {
        for text in [
            "[A-Z]{2}",
            "[a-z0-9-]{2,40}",
            "^[A-Z0-9-]{4,24}$",
            r"\d{3}-\d{4}",
            "(?:DE|AT)[0-9]+",
            r"[^ ]+@[^ ]+\.[a-z]{2,}",
            "a?b*c",
            "(ab){2}(c|d)?",
        ] {
            let pattern = Pattern::parse(text).unwrap();
            let sample = pattern.sample().unwrap();
            assert!(pattern.matches(&sample), "{text}: {sample}");
        }
    }

    #[test]
    fn matching_is_of_the_whole_text() {
        let country = Pattern::parse("[A-Z]{2}").unwrap();
        assert!(country.matches("DE"));
        assert!(!country.matches("DEU"));
        assert!(!country.matches("de"));
        assert!(Pattern::parse("(ab|a)b").unwrap().matches("ab"));
        assert!(Pattern::parse("(ab|a)b").unwrap().matches("abb"));
        for odd in ["(?=a)", "[", "a{2", r"\b", "*", "a{3,1}"] {
            assert_eq!(Pattern::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_bad_pattern_takes_no_time() {
        let slow = Pattern::parse("(a*)*b").unwrap();
        assert!(!slow.matches(&"a".repeat(60)));
    }
}
