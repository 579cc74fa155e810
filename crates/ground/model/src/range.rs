//! Ranges: between which bounds a number of the brief or the architecture may lie.

use std::fmt;

use crate::quantity::{Bytes, Count, Duration, Growth, Rate, Ratio};

/// From one quantity to another of the same kind: `20/s..80/s`, `99.9 %..99.99 %`. The number itself
/// stands where it always does; what it is expected between stands here.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// In the base unit of its kind: per second, seconds, bytes, a share, a fraction a year, a count.
    pub low: f64,
    pub high: f64,
    /// Both ends as they were written.
    text: (String, String),
}

type Read = fn(&str) -> Result<f64, String>;

/// Every kind of quantity a range can be of; a text is of the first that reads both ends.
const KINDS: [Read; 6] = [
    |text| text.parse::<Rate>().map(|q| q.0),
    |text| text.parse::<Duration>().map(|q| q.0),
    |text| text.parse::<Bytes>().map(|q| q.0),
    |text| text.parse::<Ratio>().map(|q| q.0),
    |text| text.parse::<Growth>().map(|q| q.0),
    |text| text.parse::<Count>().map(|q| q.0),
];

impl std::str::FromStr for Range {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (low, high) = text
            .split_once("..")
            .ok_or_else(|| format!("`{text}` has no `..`: write for example `20/s..80/s`"))?;
        let (low, high) = (low.trim(), high.trim());
        let ends = KINDS.iter().find_map(|read| {
            let ends = (read(low), read(high));
            matches!(ends, (Ok(_), Ok(_))).then_some(ends)
        });
        let Some((Ok(least), Ok(most))) = ends else {
            return Err(format!(
                "`{low}` and `{high}` are not quantities of one kind: give both ends their unit"
            ));
        };
        if least >= most {
            return Err(format!("`{text}` ends where it begins or before"));
        }
        Ok(Range {
            low: least,
            high: most,
            text: (low.to_string(), high.to_string()),
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.text.0, self.text.1)
    }
}

impl serde::Serialize for Range {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Range {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Range {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Range".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "x-quantity": "range",
            "examples": ["20/s..80/s"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_of_one_kind_and_in_order() {
        let range: Range = "20/s .. 80/s".parse().unwrap();
        assert_eq!((range.low, range.high), (20.0, 80.0));
        assert_eq!(range.to_string(), "20/s..80/s");
        let share: Range = "99.9 %..99.99 %".parse().unwrap();
        assert!((share.high - 0.9999).abs() < 1e-12);
        let growth: Range = "-20 %/year..2x/year".parse().unwrap();
        assert_eq!((growth.low, growth.high), (-0.2, 1.0));
        for wrong in [
            "20/s",
            "20/s..80 ms",
            "80/s..20/s",
            "5/s..5/s",
            "a..b",
            "20..80/s",
            "..",
        ] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }
}
