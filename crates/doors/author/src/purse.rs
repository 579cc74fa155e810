//! What a run has taken and may still take, in tokens and in money.

use serde::Serialize;

use crate::language::Usage;
use crate::providers::Price;
use terminal::look;

/// Most tokens that are asked for in one answer.
const ANSWER: u64 = 16_000;
/// An answer shorter than this holds nothing.
const LEAST: u64 = 256;
/// Bytes that a token has at least, on average over prose and YAML; counted low, so that a cap holds.
const BYTES_PER_TOKEN: u64 = 3;

/// One call and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Call {
    pub input: u64,
    pub output: u64,
    /// Counted from bytes, because the server did not say.
    pub estimated: bool,
    /// USD; absent where the price is not known.
    pub cost: Option<f64>,
}

pub struct Purse {
    most_tokens: u64,
    most_cost: Option<f64>,
    price: Option<Price>,
    pub calls: Vec<Call>,
}

/// A sum of calls.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Sum {
    pub calls: usize,
    pub input: u64,
    pub output: u64,
    pub cost: Option<f64>,
}

impl Purse {
    /// # Errors
    /// Where a cost is capped that cannot be counted.
    pub fn new(
        most_tokens: u64,
        most_cost: Option<f64>,
        model: &str,
        price: Option<Price>,
    ) -> Result<Purse, String> {
        if most_cost.is_some() && price.is_none() {
            return Err(format!(
                "the price of `{model}` is not known, so --max-cost cannot be kept; leave it out and use --max-tokens, or add the price to data/language-models. Nothing was sent"
            ));
        }
        Ok(Purse {
            most_tokens,
            most_cost,
            price,
            calls: Vec::new(),
        })
    }

    fn cost(&self, input: u64, output: u64) -> Option<f64> {
        let price = self.price.as_ref()?;
        Some((input as f64 * price.input + output as f64 * price.output) / 1e6)
    }

    /// The most tokens that the answer to a prompt of so many bytes may have.
    ///
    /// # Errors
    /// Which cap it would pass.
    pub fn allows(&self, bytes: usize) -> Result<u64, String> {
        let input = tokens(bytes);
        let sum = self.sum(0);
        let spent = sum.input.saturating_add(sum.output);
        let left = self.most_tokens.saturating_sub(spent).saturating_sub(input);
        if left < LEAST {
            return Err(format!(
                "the next call would pass --max-tokens {}: {} are used, and it sends about {}",
                look::thousands(self.most_tokens),
                look::thousands(spent),
                look::thousands(input)
            ));
        }
        let mut output = left.min(ANSWER);
        if let (Some(most), Some(price)) = (self.most_cost, &self.price) {
            let spent = sum.cost.unwrap_or(0.0);
            let room = most - spent - input as f64 * price.input / 1e6;
            let affordable = (room * 1e6 / price.output).max(0.0) as u64;
            if affordable < LEAST {
                return Err(format!(
                    "the next call would pass --max-cost {most} USD: {spent:.4} are spent, and it sends about {} tokens",
                    look::thousands(input)
                ));
            }
            output = output.min(affordable);
        }
        Ok(output)
    }

    /// Enters a call.
    pub fn took(&mut self, usage: Option<Usage>, sent: usize, received: usize) -> Call {
        let (input, output) = match usage {
            Some(usage) => (usage.input, usage.output),
            None => (tokens(sent), tokens(received)),
        };
        let call = Call {
            input,
            output,
            estimated: usage.is_none(),
            cost: self.cost(input, output),
        };
        self.calls.push(call);
        call
    }

    /// The sum of the calls from the `from`th on.
    pub fn sum(&self, from: usize) -> Sum {
        let calls = self.calls.get(from..).unwrap_or_default();
        let mut sum = Sum {
            calls: calls.len(),
            cost: self.price.as_ref().map(|_| 0.0),
            ..Sum::default()
        };
        for call in calls {
            sum.input = sum.input.saturating_add(call.input);
            sum.output = sum.output.saturating_add(call.output);
            sum.cost = sum.cost.zip(call.cost).map(|(a, b)| a + b);
        }
        sum
    }

    /// The sum as a line, with where the price is from.
    pub fn line(&self) -> String {
        let sum = self.sum(0);
        let estimated = match self.calls.iter().any(|c| c.estimated) {
            true => " (estimated where the server did not count)",
            false => "",
        };
        let cost = match (sum.cost, &self.price) {
            (Some(cost), Some(price)) => {
                format!("{} at the prices of {}", usd(cost), price.date)
            }
            _ => "price not known".to_string(),
        };
        format!(
            "{}, {} tokens in, {} out{estimated}, {cost}.",
            look::count(sum.calls, "call"),
            look::thousands(sum.input),
            look::thousands(sum.output)
        )
    }
}

pub fn usd(cost: f64) -> String {
    format!("{cost:.4} USD")
}

fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_PER_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price() -> Price {
        Price {
            id: "m".into(),
            input: 2.0,
            output: 10.0,
            source: "https://example.org".into(),
            date: "2026-09-28".into(),
        }
    }

    #[test]
    fn calls_are_added_up() {
        let mut purse = Purse::new(100_000, None, "m", Some(price())).expect("a purse");
        let usage = |input, output| Some(Usage { input, output });
        purse.took(usage(1_000_000, 0), 0, 0);
        purse.took(usage(0, 100_000), 0, 0);
        let sum = purse.sum(0);
        assert_eq!(
            (sum.input, sum.output, sum.cost),
            (1_000_000, 100_000, Some(3.0))
        );
        assert_eq!(purse.sum(1).cost, Some(1.0));
        assert!(purse.allows(10).is_err(), "the cap on tokens is passed");
        purse.took(usage(u64::MAX, u64::MAX), 0, 0);
        assert!(purse.allows(0).is_err(), "no count overflows");
    }

    #[test]
    fn caps_bound_the_next_answer() {
        let purse = Purse::new(10_000, Some(0.02), "m", Some(price())).expect("a purse");
        // 3,000 bytes are 1,000 tokens and 0.002 USD; 0.018 USD are left for 1,800 tokens.
        assert_eq!(purse.allows(3000), Ok(1800));
        assert!(purse.allows(30_000).is_err());
        let tokens_only = Purse::new(10_000, None, "m", None).expect("a purse");
        assert_eq!(tokens_only.allows(3000), Ok(9000));
        assert_eq!(tokens_only.sum(0).cost, None);
    }

    #[test]
    fn a_cost_that_cannot_be_counted_is_not_capped() {
        assert!(Purse::new(10, Some(1.0), "m", None).is_err());
    }

    #[test]
    fn what_the_server_does_not_count_is_estimated() {
        let mut purse = Purse::new(100_000, None, "m", Some(price())).expect("a purse");
        let call = purse.took(None, 3000, 300);
        assert_eq!((call.input, call.output, call.estimated), (1000, 100, true));
        assert!(purse.line().contains("estimated"), "{}", purse.line());
    }
}
