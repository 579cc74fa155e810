//! The letter: where its words stand.

/// Shortest quotation, in letters and digits: shorter ones stand everywhere and cite nothing.
const SHORTEST: usize = 6;
/// Longest quotation, in characters: with the whole letter quoted, every number stands in it.
const LONGEST: usize = 400;

/// A text with whitespace folded, and the line of every word.
pub struct Letter {
    name: String,
    folded: String,
    /// Byte of the folded text where each word begins, and its line, from 1.
    lines: Vec<(usize, usize)>,
}

impl Letter {
    /// `name` is how citations call it.
    pub fn new(name: &str, text: &str) -> Letter {
        let mut folded = String::with_capacity(text.len());
        let mut lines = Vec::new();
        for (at, line) in text.lines().enumerate() {
            for word in line.split_whitespace() {
                if !folded.is_empty() {
                    folded.push(' ');
                }
                lines.push((folded.len(), at + 1));
                folded.push_str(word);
            }
        }
        Letter {
            name: name.to_string(),
            folded,
            lines,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text with whitespace folded.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The line on which these words begin, and the words as they stand.
    ///
    /// # Errors
    /// Why they cite nothing, as a clause.
    pub fn find(&self, quote: &str) -> Result<(usize, String), String> {
        let words: Vec<&str> = quote.split_whitespace().collect();
        let quote = words.join(" ");
        if quote.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST || words.len() < 2 {
            return Err(
                "the quote is too short to cite anything; quote the words around it".into(),
            );
        }
        if quote.chars().count() > LONGEST {
            return Err(format!(
                "the quote is longer than {LONGEST} characters; quote the words that say it"
            ));
        }
        let mut from = 0;
        while let Some(found) = self.folded[from..].find(&quote) {
            let start = from + found;
            let end = start + quote.len();
            if self.begins_at(start) && self.ends_at(end) {
                let word = self.lines.partition_point(|(at, _)| *at <= start);
                let line = self.lines.get(word.saturating_sub(1)).map_or(1, |l| l.1);
                return Ok((line, quote));
            }
            from = start + quote.chars().next().map_or(1, char::len_utf8);
        }
        Err("the quote does not stand in the letter word for word".into())
    }

    /// Not in the middle of a word or number: `140 orders` is not in `1,140 orders`.
    fn begins_at(&self, at: usize) -> bool {
        let mut before = self.folded[..at].chars().rev();
        let first = self.folded[at..].chars().next().unwrap_or(' ');
        match (before.next(), before.next()) {
            (Some(b), _) if b.is_alphanumeric() && first.is_alphanumeric() => false,
            (Some('.' | ',' | '\'' | '_'), Some(b)) => {
                !(b.is_ascii_digit() && first.is_ascii_digit())
            }
            _ => true,
        }
    }

    fn ends_at(&self, at: usize) -> bool {
        let mut after = self.folded[at..].chars();
        let last = self.folded[..at].chars().next_back().unwrap_or(' ');
        match (after.next(), after.next()) {
            (Some(a), _) if a.is_alphanumeric() && last.is_alphanumeric() => false,
            (Some('.' | ',' | '\'' | '_'), Some(a)) => {
                !(a.is_ascii_digit() && last.is_ascii_digit())
            }
            _ => true,
        }
    }

    /// Whether any word of an id is a word of the letter, in any form of it: `place-order` where
    /// the letter speaks of orders.
    pub(super) fn speaks_of(&self, id: &str) -> bool {
        let letter = self.folded.to_lowercase();
        let mut words = letter.split(|c: char| !c.is_alphanumeric());
        id.to_lowercase()
            .split(['-', '_', '.', ' '])
            .filter(|part| part.chars().count() >= 3)
            .any(|part| {
                // The stem: the word without its last letters, four at least.
                let length = part.chars().count();
                let stem: String = part.chars().take(length.saturating_sub(2).max(4)).collect();
                words.clone().any(|word| word.starts_with(&stem))
            })
            || words.any(|word| word == id.to_lowercase())
    }
}

/// Whether `quote` says `name`, whatever its case and the marks between its parts.
pub(super) fn says(quote: &str, name: &str) -> bool {
    let plain = |text: &str| -> String {
        let lower = text.to_lowercase();
        lower.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let name = plain(name);
    // Short names (`go`) must be words of their own.
    if name.chars().count() < 4 {
        let lower = quote.to_lowercase();
        let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '+' || c == '#'));
        return words.any(|word| plain(word) == name);
    }
    plain(quote).contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "We sell tea.\n\nAbout 1,140 orders\n   a day come in,\nmost from phones.\n";

    #[test]
    fn words_are_found_across_lines() {
        let letter = Letter::new("letter.md", TEXT);
        let at = |quote: &str| letter.find(quote).map(|(line, _)| line);
        assert_eq!(at("We sell tea."), Ok(1));
        assert_eq!(at("1,140 orders a  day"), Ok(3));
        assert_eq!(at("day come in, most"), Ok(4));
    }

    #[test]
    fn what_does_not_stand_there_is_refused() {
        let letter = Letter::new("letter.md", TEXT);
        for quote in [
            "140 orders a day",
            "About 1,140 order",
            "about 1,140 orders",
            "1,140 orders per day",
            "sell te",
            "a day",
            "",
            "tea",
        ] {
            assert!(letter.find(quote).is_err(), "{quote}");
        }
    }

    #[test]
    fn ids_are_words_of_the_letter() {
        let letter = Letter::new("letter.md", TEXT);
        assert!(letter.speaks_of("place-order"));
        assert!(letter.speaks_of("tea"));
        assert!(letter.speaks_of("phone"));
        assert!(!letter.speaks_of("warehouse"));
        assert!(!letter.speaks_of("loyalty-points"));
    }

    #[test]
    fn names_are_said_however_they_are_spelled() {
        assert!(says("we fall under PCI DSS", "pci-dss"));
        assert!(says("Java and a bit of Go", "go"));
        assert!(!says("it is good", "go"));
        assert!(!says("we fall under nothing", "gdpr"));
    }
}
