//! Numbers in prose and in values: a number that a value states must stand in the words it cites, in
//! digits or in words, with its unit.

use serde_json::Value;

/// What of a value does not stand in a quotation, as sentences. Nothing where all of it does.
pub(super) fn unfounded(value: &Value, quote: &str) -> Vec<String> {
    let said = said(quote);
    let mut missing = Vec::new();
    each_scalar(value, &mut |text| {
        for (shown, number) in stated(text) {
            if !said.iter().any(|s| near(*s, number)) {
                missing.push(format!("the number `{shown}` is not in the quote"));
            }
        }
        for unit in units_of(text) {
            if !unit_is_said(unit, quote) {
                missing.push(format!("the unit `{unit}` of `{text}` is not in the quote"));
            }
        }
    });
    missing.dedup();
    missing
}

fn each_scalar(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Number(number) => each(&number.to_string()),
        Value::Array(items) => items.iter().for_each(|v| each_scalar(v, each)),
        Value::Object(map) => map.values().for_each(|v| each_scalar(v, each)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// The numbers of a value's text, as the model writes them: `200k`, `1.1M`, `99.95 %`. Digits inside
/// a name (`oauth2`, `sha-256`) are none.
fn stated(text: &str) -> Vec<(String, f64)> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && is_digit_or_point(&chars, at) {
            at += 1;
        }
        if in_a_name(&chars[..start]) {
            continue;
        }
        let digits: String = chars[start..at]
            .iter()
            .filter(|c| !matches!(c, '_' | ','))
            .collect();
        let Ok(number) = digits.parse::<f64>() else {
            continue;
        };
        let (factor, length) = scale_of_value(&chars[at..]);
        at += length;
        found.push((chars[start..at].iter().collect(), number * factor));
    }
    found
}

/// A digit, a point or underscore between digits, or a comma before a group of three.
fn is_digit_or_point(chars: &[char], at: usize) -> bool {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    match chars[at] {
        '.' | '_' => digit(at + 1),
        ',' => (1..=3).all(|i| digit(at + i)) && !digit(at + 4),
        _ => digit(at),
    }
}

fn in_a_name(before: &[char]) -> bool {
    match before {
        [.., a, '-'] => a.is_alphabetic(),
        [.., a] => a.is_alphabetic() || *a == '_',
        [] => false,
    }
}

/// `k`, `M`, `G` or `bn` behind the digits, and how many characters that takes.
fn scale_of_value(rest: &[char]) -> (f64, usize) {
    let spaces = rest.iter().take_while(|c| **c == ' ').count().min(1);
    for (suffix, factor) in [("k", 1e3), ("M", 1e6), ("G", 1e9), ("bn", 1e9)] {
        let end = spaces + suffix.len();
        let fits = rest.len() >= end && rest[spaces..end].iter().copied().eq(suffix.chars());
        if fits
            && rest
                .get(end)
                .is_none_or(|c| matches!(c, ' ' | '/' | '.' | ',' | ')'))
        {
            return (factor, end);
        }
    }
    (1.0, 0)
}

/// Words of time, data, share and money, by the unit as the model writes it.
const UNITS: &[(&[&str], &[&str])] = &[
    (&["us"], &["us", "microsecond", "microseconds", "µs"]),
    (
        &["ms"],
        &["ms", "msec", "millisecond", "milliseconds", "millis"],
    ),
    (
        &["s", "sec", "second", "seconds"],
        &["s", "sec", "secs", "second", "seconds"],
    ),
    (
        &["min", "minute", "minutes"],
        &["m", "min", "mins", "minute", "minutes"],
    ),
    (
        &["h", "hour", "hours"],
        &["h", "hr", "hrs", "hour", "hours", "hourly"],
    ),
    (
        &["d", "day", "days"],
        &[
            "d", "day", "days", "daily", "night", "nightly", "morning", "evening", "weekday",
            "weekdays",
        ],
    ),
    (&["week", "weeks"], &["week", "weeks", "weekly"]),
    (&["month", "months"], &["mo", "month", "months", "monthly"]),
    (
        &["year", "years"],
        &[
            "yr", "year", "years", "yearly", "annual", "annually", "annum",
        ],
    ),
    (
        &["%"],
        &[
            "%", "percent", "per cent", "pc", "nines", "half", "quarter", "third",
        ],
    ),
    (&["B", "bytes"], &["b", "byte", "bytes"]),
    (&["kB", "KiB"], &["kb", "kib", "kilobyte", "kilobytes"]),
    (
        &["MB", "MiB"],
        &["mb", "mib", "megabyte", "megabytes", "megs"],
    ),
    (
        &["GB", "GiB"],
        &["gb", "gib", "gigabyte", "gigabytes", "gigs"],
    ),
    (&["TB", "TiB"], &["tb", "tib", "terabyte", "terabytes"]),
    (&["PB"], &["pb", "petabyte", "petabytes"]),
    (&["EUR"], &["eur", "€", "euro", "euros"]),
    (&["USD"], &["usd", "$", "dollar", "dollars"]),
    (&["GBP"], &["gbp", "£", "pound", "pounds", "quid"]),
];

/// The units that a quantity has: `EUR` and `month` of `14k EUR/month`. None for zero, for plain
/// numbers and for prose.
fn units_of(text: &str) -> Vec<&'static str> {
    let text = text.trim();
    let numbers = stated(text);
    let digit = |c: char| c.is_ascii_digit();
    let quantity = text.starts_with(digit) && text.len() <= 30 && (1..=2).contains(&numbers.len());
    if !quantity || numbers.iter().all(|(_, n)| *n == 0.0) {
        return Vec::new();
    }
    let unit = text.rsplit(digit).next().unwrap_or("").trim();
    let parts = unit.split('/').map(str::trim);
    let known = |word: &str| {
        let mut all = UNITS.iter().flat_map(|(units, _)| units.iter().copied());
        all.find(|u| *u == word)
    };
    let scaled = |part: &str| known(part.trim_start_matches(['k', 'M', 'G']).trim_start());
    parts
        .filter_map(|part| known(part).or_else(|| scaled(part)))
        .collect()
}

fn unit_is_said(unit: &str, quote: &str) -> bool {
    let quote = quote.to_lowercase();
    let Some((_, words)) = UNITS.iter().find(|(units, _)| units.contains(&unit)) else {
        return true;
    };
    words.iter().any(|word| {
        if !word.chars().all(char::is_alphabetic) {
            return quote.contains(word);
        }
        quote.match_indices(word).any(|(at, _)| {
            let (before, after) = (&quote[..at], &quote[at + word.len()..]);
            let whole =
                !before.ends_with(char::is_alphabetic) && !after.starts_with(char::is_alphabetic);
            // A single letter is a unit behind a digit or a stroke only: `it's` says nothing.
            let one = word.chars().count() > 1
                || before
                    .trim_end()
                    .ends_with(|c: char| c.is_ascii_digit() || c == '/');
            whole && one
        })
    })
}

/// Every number that prose states, with each reading where there are several: `1.100` is eleven
/// hundred in some letters.
fn said(quote: &str) -> Vec<f64> {
    let tokens = tokens(quote);
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (read, used) = read_number(&tokens[at..]);
        numbers.extend(read);
        at += used.max(1);
    }
    numbers
}

/// Words, numbers and the marks between them. A number carries all of its readings.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Vec<f64>),
    Word(String),
    Mark(char),
}

fn tokens(quote: &str) -> Vec<Token> {
    let chars: Vec<char> = quote.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let start = at;
        if c.is_ascii_digit() {
            while at < chars.len() && in_number(&chars, at) {
                at += 1;
            }
            let literal: String = chars[start..at].iter().collect();
            match in_a_name(&chars[..start]) {
                true => tokens.push(Token::Word(literal)),
                false => tokens.push(Token::Number(readings(&literal))),
            }
        } else if c.is_alphabetic() {
            while at < chars.len() && chars[at].is_alphabetic() {
                at += 1;
            }
            let word: String = chars[start..at].iter().collect();
            // `k` and `M` differ from `K` and `m` only here.
            let keep = word.chars().count() == 1;
            tokens.push(Token::Word(if keep { word } else { word.to_lowercase() }));
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Mark(c));
            }
            at += 1;
        }
    }
    tokens
}

/// A digit, or a separator that stands between digits. A space separates groups of three only.
fn in_number(chars: &[char], at: usize) -> bool {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    match chars[at] {
        c if c.is_ascii_digit() => true,
        '.' | ',' | '_' | '\'' | '\u{2019}' => digit(at + 1) && at > 0 && digit(at - 1),
        ' ' | '\u{a0}' | '\u{202f}' => {
            (1..=3).all(|i| digit(at + i)) && !digit(at + 4) && at > 0 && digit(at - 1)
        }
        _ => false,
    }
}

/// What a literal may mean: separators as groups, and the last one as a decimal point.
fn readings(literal: &str) -> Vec<f64> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let mut found: Vec<f64> = Vec::new();
    let mut add = |text: String| found.extend(text.parse::<f64>().ok());
    match literal.rfind(['.', ',']) {
        None => add(digits(literal)),
        Some(last) => {
            let (whole, rest) = (&literal[..last], &literal[last + 1..]);
            let groups = rest.len() == 3 && !rest.contains(|c: char| !c.is_ascii_digit());
            if groups {
                add(digits(literal));
            }
            // A comma before three digits groups them; a point may do either.
            if !(groups && literal[last..].starts_with(',')) {
                add(format!("{}.{}", digits(whole), digits(rest)));
            }
        }
    }
    if literal.contains(' ') {
        found.extend(literal.split(' ').flat_map(readings));
    }
    found
}

/// A number at the head of the tokens, in all readings, and how many tokens it takes.
fn read_number(tokens: &[Token]) -> (Vec<f64>, usize) {
    match &tokens[0] {
        Token::Number(readings) => {
            let (factor, used) = scale_of_prose(&tokens[1..]);
            (readings.iter().map(|n| n * factor).collect(), 1 + used)
        }
        Token::Word(word) => match written_out(tokens) {
            Some((number, used)) => (vec![number], used),
            None => (meant_by(word, tokens.get(1)), 1),
        },
        Token::Mark(_) => (Vec::new(), 1),
    }
}

/// `k`, `thousand`, `million` behind a number.
fn scale_of_prose(rest: &[Token]) -> (f64, usize) {
    let Some(Token::Word(word)) = rest.first() else {
        return (1.0, 0);
    };
    match word.as_str() {
        "k" | "K" | "thousand" => (1e3, 1),
        "M" | "mn" | "mio" | "million" => (1e6, 1),
        "G" | "bn" | "billion" => (1e9, 1),
        "hundred" => (1e2, 1),
        "dozen" => (12.0, 1),
        _ => (1.0, 0),
    }
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

fn small(word: &str) -> Option<f64> {
    if let Some(at) = ONES.iter().position(|w| *w == word) {
        return Some(at as f64);
    }
    let at = TENS.iter().position(|w| *w == word)?;
    Some((at as f64 + 2.0) * 10.0)
}

/// `two hundred and fifty thousand`, `a dozen`, `half a million`.
fn written_out(tokens: &[Token]) -> Option<(f64, usize)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    let (mut total, mut current, mut used) = (0.0, 0.0, 0);
    let mut begun = false;
    if let ("a" | "an", Some("hundred" | "thousand" | "million" | "billion" | "dozen")) =
        (word(0)?, word(1))
    {
        (current, begun, used) = (1.0, true, 1);
    } else if let ("half", Some("a"), Some("million" | "billion" | "dozen")) =
        (word(0)?, word(1), word(2))
    {
        (current, begun, used) = (0.5, true, 2);
    }
    loop {
        match word(used) {
            Some(text) if small(text).is_some() => {
                current += small(text).unwrap_or(0.0);
                begun = true;
                used += 1;
            }
            Some("hundred") if begun => {
                current *= 100.0;
                used += 1;
            }
            Some("dozen") if begun => {
                current *= 12.0;
                used += 1;
            }
            Some(text @ ("thousand" | "million" | "billion")) if begun => {
                total += current
                    * match text {
                        "thousand" => 1e3,
                        "million" => 1e6,
                        _ => 1e9,
                    };
                current = 0.0;
                used += 1;
            }
            // `two hundred and fifty`, and not `nine and two`.
            Some("and") if begun && (total > 0.0 || current >= 100.0) => {
                match word(used + 1).and_then(small) {
                    Some(_) => used += 1,
                    None => break,
                }
            }
            _ if begun && tokens.get(used) == Some(&Token::Mark('-')) => {
                // `twenty-five`.
                match word(used + 1).and_then(small) {
                    Some(n) if n < 10.0 => used += 1,
                    _ => break,
                }
            }
            _ => break,
        }
    }
    begun.then_some((total + current, used))
}

/// What single words mean as numbers.
fn meant_by(word: &str, next: Option<&Token>) -> Vec<f64> {
    match word {
        "once" | "single" | "daily" | "hourly" | "weekly" | "monthly" | "yearly" | "annually"
        | "nightly" => vec![1.0],
        "twice" | "both" | "pair" | "couple" => vec![2.0],
        "double" | "doubles" | "doubled" | "doubling" => vec![2.0, 100.0],
        "triple" | "triples" | "tripled" => vec![3.0, 200.0],
        "half" => vec![0.5, 50.0],
        "quarter" => vec![0.25, 25.0],
        "none" | "no" | "nothing" | "never" | "nobody" | "not" => vec![0.0],
        "a" | "an" | "each" | "every" | "per" => match next {
            Some(Token::Word(unit)) if is_time(unit) => vec![1.0],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_time(word: &str) -> bool {
    let time = UNITS.iter().take(9);
    time.flat_map(|(_, words)| words.iter()).any(|w| *w == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stands(value: Value, quote: &str) -> bool {
        unfounded(&value, quote).is_empty()
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (value, quote) in [
            (json!("200k"), "about 200,000 people"),
            (json!("200k"), "200 000 people"),
            (json!("200k"), "200K people"),
            (json!("200k"), "200 thousand people"),
            (json!("200k"), "two hundred thousand people"),
            (json!("200k"), "200.000 Leute"),
            (json!("1.1M/day"), "about 1.1 million parcels a day"),
            (json!("0.5M"), "half a million readers"),
            (json!("2.5M"), "2,5 mio readers"),
            (json!(9), "Two teams, nine engineers"),
            (json!(25), "twenty-five of us"),
            (json!(250), "two hundred and fifty shops"),
            (json!(24), "two dozen shops"),
            (json!("99.95 %"), "99.95%, measured over the month"),
            (json!("300 ms"), "under 300ms"),
            (json!("300 ms"), "within 300 milliseconds"),
            (json!("1 s"), "within a second"),
            (json!("2 MB"), "photos of 2MB each"),
            (
                json!("sells 1,140 pots, 3 sorts"),
                "1140 pots of three sorts",
            ),
            (json!("40/min"), "40/min at noon"),
            (json!("2/week"), "twice a week"),
            (json!("1/day"), "a daily export"),
            (json!("0 s"), "none may be lost"),
            (json!("14k EUR/month"), "14,000 EUR a month"),
            (json!("3x/year"), "three times as many every year"),
            (json!("20/s..80/s"), "between 20 and 80 a second"),
            (json!({"busy": "2500/s"}), "2,500 look-ups a second"),
            (json!("oauth2 with sha-256"), "they sign in"),
            (json!(["p95"]), "fast"),
        ] {
            assert!(
                stands(value.clone(), quote),
                "{value} in `{quote}`: {:?}",
                unfounded(&value, quote)
            );
        }
    }

    #[test]
    fn a_number_that_is_not_there_is_unfounded() {
        for (value, quote) in [
            (json!("200k"), "about 20,000 people"),
            (json!("200k"), "many people"),
            (json!("1.1"), "1.1 million parcels"),
            (json!(300), "a few hundred shops"),
            (json!(100), "hundreds of shops"),
            (json!("99.9 %"), "always up"),
            (json!("40/s"), "40 a minute"),
            (json!("40/day"), "40 orders"),
            (json!("300 ms"), "300 seconds"),
            (json!("5000 USD/month"), "5,000 EUR a month"),
            (json!("2 TB"), "2 GB a year"),
            (json!({"a": {"b": [1, 7]}}), "one of them"),
            (json!("for 3 years"), "for years"),
            (json!(1), "a small shop"),
            (json!("5 s"), "it's done in 5 minutes"),
        ] {
            assert!(!stands(value.clone(), quote), "{value} in `{quote}`");
        }
    }
}
